package io.clada.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes, or as the JVM's own options have it: a number with {@code k}, {@code m} or {@code g}. */
final class MemorySize implements ITypeConverter<Long> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([kmg])|\\d{1,18}");

  @Override
  public Long convert(String value) {
    Matcher size = SIZE.matcher(value.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TypeConversionException(
          "'" + value + "' is no size; give bytes, or a number with k, m or g, such as 4g");
    }
    if (size.group(2) == null) {
      return Long.valueOf(value);
    }
    int shift = 10 * (1 + "kmg".indexOf(size.group(2)));
    return Long.parseLong(size.group(1)) << shift;
  }
}
