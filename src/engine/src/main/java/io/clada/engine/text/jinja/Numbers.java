package io.clada.engine.text.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's arithmetic, with whole numbers of 64 bits, and how it writes a number. */
final class Numbers {
  private Numbers() {}

  static Object apply(String operator, Object a, Object b) {
    if (!Values.isNumber(a) || !Values.isNumber(b)) {
      throw JinjaException.of(
          "'%s' of %s and %s".formatted(operator, Values.typeOf(a), Values.typeOf(b)));
    }
    boolean divides = operator.equals("/") || operator.equals("//") || operator.equals("%");
    if (divides && real(b) == 0) {
      throw JinjaException.of("division by zero");
    }
    if (a instanceof Double || b instanceof Double || operator.equals("/")) {
      return apply(operator, real(a), real(b));
    }
    try {
      return apply(operator, whole(a), whole(b));
    } catch (ArithmeticException e) {
      throw JinjaException.of("a whole number of more than 64 bits");
    }
  }

  private static Object apply(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "//" -> Math.floorDiv(a, b);
      default -> Math.floorMod(a, b);
    };
  }

  private static Object apply(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      default -> a - b * Math.floor(a / b);
    };
  }

  static int compare(Object a, Object b) {
    return a instanceof Double || b instanceof Double
        ? Double.compare(real(a) + 0.0, real(b) + 0.0)
        : Long.compare(whole(a), whole(b));
  }

  static double real(Object number) {
    return number instanceof Double real ? real : whole(number);
  }

  /** A whole number, true being 1. */
  static long whole(Object value) {
    if (value instanceof Boolean bool) {
      return bool ? 1 : 0;
    } else if (value instanceof Long whole) {
      return whole;
    }
    throw JinjaException.of("a whole number is needed, not " + Values.typeOf(value));
  }

  /** Half to even, as Python rounds. */
  static double round(double value, int digits) {
    return Double.isFinite(value)
        ? new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue()
        : value;
  }

  /** The fewest digits that read back as the same number, as {@code repr(float)}. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    } else if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    } else if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (shortest.doubleValue() == value) {
        break;
      }
    }
    shortest = shortest.stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = shortest.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
