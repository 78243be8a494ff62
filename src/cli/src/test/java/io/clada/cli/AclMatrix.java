package io.clada.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Who was let do what, as a table of Markdown: a row for each attempt, a column for each user. */
final class AclMatrix {
  private final Map<String, Map<String, Boolean>> outcomes = new LinkedHashMap<>();

  void add(String user, Map<String, Boolean> allowed) {
    outcomes.put(user, allowed);
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    table.append(row("attempt", outcomes.keySet()));
    table.append(row("---", outcomes.keySet().stream().map(user -> ":-:").toList()));
    for (String attempt : outcomes.values().iterator().next().keySet()) {
      List<String> marks =
          outcomes.values().stream()
              .map(allowed -> Boolean.TRUE.equals(allowed.get(attempt)) ? "✓" : "✗")
              .toList();
      table.append(row(attempt, marks));
    }
    return table.toString();
  }

  private static String row(String first, Iterable<String> others) {
    StringJoiner row = new StringJoiner(" | ", "| ", " |\n");
    row.add(first);
    others.forEach(row::add);
    return row.toString();
  }
}
