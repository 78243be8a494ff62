package io.clada.worker;

import java.util.HashMap;
import java.util.Map;

/**
 * A number for each tenant, written {@code a:3,b:1,*:2}, where {@code *} is every tenant that is
 * not named; a number alone is everybody's.
 *
 * @param named above 0
 * @param others of those that are not named
 */
public record TenantTable(Map<String, Double> named, double others) {
  private static final String OTHERS = "*";

  public TenantTable {
    named = Map.copyOf(named);
  }

  /**
   * @param key the property, for the message
   * @param others of those that are not named, where the text has no {@code *}
   * @throws WorkerException naming the property and the part of it that cannot be read
   */
  static TenantTable parse(String key, String text, double others) {
    Map<String, Double> named = new HashMap<>();
    for (String part : text.split(",", -1)) {
      int colon = part.lastIndexOf(':');
      String tenant = colon < 0 ? OTHERS : part.substring(0, colon).trim();
      if (named.put(tenant, number(key, part, part.substring(colon + 1))) != null) {
        throw new WorkerException(key + ": '" + tenant + "' is there twice");
      }
    }
    Double everybody = named.remove(OTHERS);
    return new TenantTable(named, everybody == null ? others : everybody);
  }

  double of(String tenant) {
    return named.getOrDefault(tenant, others);
  }

  private static double number(String key, String part, String text) {
    try {
      double value = Double.parseDouble(text.trim());
      if (value > 0 && value < Double.POSITIVE_INFINITY) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new WorkerException(
        key + ": '" + part + "' is not TENANT:NUMBER with a number above 0, such as a:3,b:1");
  }
}
