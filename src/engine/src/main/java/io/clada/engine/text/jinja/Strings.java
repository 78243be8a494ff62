package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Python's methods of strings. */
final class Strings {
  /** What a method may make of a string: upper case, at worst, has three characters for one. */
  private static final long COPIES = 3;

  private Strings() {}

  static @Nullable Function method(String text, String name, Budget budget) {
    Function method = unpaid(text, name, budget);
    return method == null
        ? null
        : arguments -> {
          budget.spend(COPIES * text.length());
          for (Object argument : arguments.byPlace()) {
            if (argument instanceof String part) {
              paySearch(text, part, budget);
            }
          }
          return method.call(arguments);
        };
  }

  /** A search compares, at worst, every character of the one with every one of the other. */
  static void paySearch(String text, String part, Budget budget) {
    budget.spend(text.length() * (1L + part.length() / 16));
  }

  private static @Nullable Function unpaid(String text, String name, Budget budget) {
    return switch (name) {
      case "strip" ->
          arguments ->
              characters(arguments) == null
                  ? Text.strip(text)
                  : Text.lstrip(
                      Text.rstrip(text, arguments.text(0, "chars")), arguments.text(0, "chars"));
      case "lstrip" ->
          arguments ->
              characters(arguments) == null
                  ? Text.lstrip(text)
                  : Text.lstrip(text, arguments.text(0, "chars"));
      case "rstrip" ->
          arguments ->
              characters(arguments) == null
                  ? Text.rstrip(text)
                  : Text.rstrip(text, arguments.text(0, "chars"));
      case "split" -> arguments -> split(text, arguments, false, budget);
      case "rsplit" -> arguments -> split(text, arguments, true, budget);
      case "splitlines" -> arguments -> lines(text, budget);
      case "startswith" -> arguments -> any(text, arguments, String::startsWith);
      case "endswith" -> arguments -> any(text, arguments, String::endsWith);
      case "removeprefix" ->
          arguments -> {
            String prefix = arguments.text(0, "prefix");
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          arguments -> {
            String suffix = arguments.text(0, "suffix");
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "upper" -> arguments -> text.toUpperCase(Locale.ROOT);
      case "lower" -> arguments -> text.toLowerCase(Locale.ROOT);
      case "title" -> arguments -> Text.title(text);
      case "capitalize" -> arguments -> Text.capitalize(text);
      case "replace" ->
          arguments ->
              replace(
                  text,
                  arguments.text(0, "old"),
                  arguments.text(1, "new"),
                  Numbers.whole(arguments.get(2, "count", -1L)),
                  budget);
      case "find" -> arguments -> place(text, text.indexOf(arguments.text(0, "sub")));
      case "rfind" -> arguments -> place(text, text.lastIndexOf(arguments.text(0, "sub")));
      case "count" ->
          arguments -> (long) pieces(text, arguments.text(0, "sub"), -1, budget).size() - 1;
      case "isdigit" ->
          arguments -> !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
      case "isspace" -> arguments -> !text.isEmpty() && Text.isBlank(text);
      case "join" -> arguments -> join(text, arguments.required(0, "iterable"), budget);
      default -> null;
    };
  }

  /** Which characters to strip; null: white space. */
  private static @Nullable Object characters(Arguments arguments) {
    Object characters = arguments.atMost(1).get(0, "chars", None.NONE);
    return characters == None.NONE ? null : characters;
  }

  private static boolean any(
      String text, Arguments arguments, BiPredicate<String, String> matches) {
    Object wanted = arguments.atMost(1).required(0, "prefix");
    if (wanted instanceof Tuple several) {
      return several.stream().anyMatch(one -> one instanceof String s && matches.test(text, s));
    }
    return matches.test(text, arguments.text(0, "prefix"));
  }

  private static String join(String separator, Object parts, Budget budget) {
    List<String> texts = new ArrayList<>();
    for (Object part : Values.elements(parts, budget)) {
      if (!(part instanceof String text)) {
        throw JinjaException.of("join takes strings, not " + Values.typeOf(part));
      }
      texts.add(text);
    }
    return join(separator, texts, budget);
  }

  static String join(String separator, List<String> texts, Budget budget) {
    long length = (long) separator.length() * texts.size();
    for (String text : texts) {
      length += text.length();
    }
    budget.spend(length);
    return String.join(separator, texts);
  }

  /** In code points; -1 stays. */
  private static long place(String text, int index) {
    return index < 0 ? -1 : text.codePointCount(0, index);
  }

  static String replace(String text, String old, String replacement, long count, Budget budget) {
    if (old.isEmpty()) {
      throw JinjaException.of("replace: there is nothing to replace");
    }
    return join(replacement, pieces(text, old, count, budget), budget);
  }

  private static List<Object> split(
      String text, Arguments arguments, boolean fromEnd, Budget budget) {
    Object separator = arguments.atMost(2, "sep", "maxsplit").get(0, "sep", None.NONE);
    long most = Numbers.whole(arguments.get(1, "maxsplit", -1L));
    if (separator instanceof String between && between.isEmpty()) {
      throw JinjaException.of("split: the separator is empty");
    }
    if (separator instanceof String between && fromEnd) {
      List<String> reversed = pieces(reverse(text), reverse(between), most, budget);
      Collections.reverse(reversed);
      return List.copyOf(reversed.stream().map(Strings::reverse).toList());
    } else if (separator instanceof String between) {
      return List.copyOf(pieces(text, between, most, budget));
    } else if (separator == None.NONE && !fromEnd) {
      return List.copyOf(words(text, most, budget));
    }
    throw JinjaException.of("split: the separator must be a string");
  }

  private static String reverse(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  private static List<String> pieces(String text, String between, long most, Budget budget) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    int end = text.indexOf(between);
    while (end >= 0 && (most < 0 || pieces.size() < most)) {
      budget.spendElements(1);
      pieces.add(text.substring(start, end));
      start = end + between.length();
      end = text.indexOf(between, start);
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  private static List<String> words(String text, long most, Budget budget) {
    List<String> words = new ArrayList<>();
    String rest = Text.lstrip(text);
    int start = 0;
    while (start < rest.length()) {
      if (most >= 0 && words.size() == most) {
        words.add(rest.substring(start));
        return words;
      }
      int end = start;
      while (end < rest.length() && !Text.isSpace(rest.charAt(end))) {
        end++;
      }
      budget.spendElements(1);
      words.add(rest.substring(start, end));
      start = end;
      while (start < rest.length() && Text.isSpace(rest.charAt(start))) {
        start++;
      }
    }
    return words;
  }

  private static List<String> lines(String text, Budget budget) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(i)) >= 0) {
        budget.spendElements(1);
        lines.add(text.substring(start, i));
        if (text.startsWith("\r\n", i)) {
          i++;
        }
        start = i + 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }
}
