package io.clada.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fenced blocks of a Markdown page that the build runs. A fence's first word is its language:
 *
 * <ul>
 *   <li>{@code sh} is run, in order, with {@code ./clada} meaning this build; a block whose last
 *       command is {@code ./clada up}, {@code worker}, {@code topology} or {@code gateway} stays up
 *       in the background from then on, once it has said that it is running;
 *   <li>{@code python} is run by the Python that {@code OPENAI_PYTHON} names;
 *   <li>a second word names a file to write the block to ({@code properties worker.properties});
 *   <li>everything else ({@code console}, {@code text}, ...) is not touched.
 * </ul>
 *
 * Lines that fetch, enter or build the checkout ({@code git clone}, {@code cd}, {@code mvn}) are
 * left out, since the build that runs this test has done so.
 */
final class Snippets {
  /** A block to act on. */
  sealed interface Snippet {
    int line();
  }

  /** To run. */
  record Script(int line, String body, boolean stays) implements Snippet {}

  /** To write. */
  record TextFile(int line, String name, String body) implements Snippet {}

  private static final Pattern FENCE = Pattern.compile("```(\\S*)(?:\\s+(\\S+))?\\s*");
  private static final Pattern DONE = Pattern.compile("\\s*(git clone|cd|mvn)\\b.*");
  private static final Pattern SERVICE =
      Pattern.compile("\\./clada (up|worker|topology|gateway)\\b(?!.* --(add-key|describe)).*");

  private Snippets() {}

  static List<Snippet> of(List<String> markdown) {
    List<Snippet> snippets = new ArrayList<>();
    for (int i = 0; i < markdown.size(); i++) {
      Matcher info = FENCE.matcher(markdown.get(i));
      if (!info.matches()) {
        continue;
      }
      int line = i + 1;
      List<String> body = new ArrayList<>();
      while (++i < markdown.size() && !markdown.get(i).startsWith("```")) {
        body.add(markdown.get(i));
      }
      String language = info.group(1);
      String file = info.group(2);
      if (file != null) {
        snippets.add(new TextFile(line, file, String.join("\n", body) + "\n"));
      } else if (language.equals("sh")) {
        script(line, body, snippets);
      } else if (language.equals("python")) {
        String command = "$OPENAI_PYTHON - <<'END'\n" + String.join("\n", body) + "\nEND";
        snippets.add(new Script(line, command, false));
      }
    }
    return snippets;
  }

  private static void script(int line, List<String> body, List<Snippet> snippets) {
    List<String> commands = new ArrayList<>();
    for (String command : body) {
      // "git clone ... && cd ... && ./clada demo" keeps its last part.
      String rest = command.strip();
      while (DONE.matcher(rest).matches()) {
        int and = rest.indexOf("&&");
        rest = and < 0 ? "" : rest.substring(and + 2).strip();
      }
      if (!rest.isEmpty()) {
        commands.add(rest);
      }
    }
    if (!commands.isEmpty()) {
      boolean stays = SERVICE.matcher(commands.get(commands.size() - 1)).matches();
      snippets.add(new Script(line, String.join("\n", commands), stays));
    }
  }
}
