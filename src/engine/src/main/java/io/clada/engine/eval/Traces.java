package io.clada.engine.eval;

import io.clada.engine.CognitiveLoad;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which answers a report shows token by token, and their words. */
final class Traces {
  private static final String FAVOURITE = "clada";

  /** Bits per step of the shade, and its last step. */
  private static final double BITS_PER_SHADE = 2;

  private static final int DARKEST = 4;
  private static final int MOST_PROMPT_CHARS = 600;

  private Traces() {}

  /** The first answers of the adaptive mode, or else of the first mode that there is. */
  static List<List<TokenTrace>> shown(List<TokenTrace> traces, int most, int mostTokens) {
    String mode =
        traces.stream().anyMatch(token -> token.mode().equals(FAVOURITE))
            ? FAVOURITE
            : traces.stream().map(TokenTrace::mode).findFirst().orElse("");
    Map<Long, List<TokenTrace>> answers = new LinkedHashMap<>();
    for (TokenTrace token : traces) {
      if (token.mode().equals(mode)
          && (answers.size() < most || answers.containsKey(token.example()))) {
        List<TokenTrace> answer =
            answers.computeIfAbsent(token.example(), example -> new ArrayList<>());
        if (answer.size() < mostTokens) {
          answer.add(token);
        }
      }
    }
    return List.copyOf(answers.values());
  }

  static String text(String prompt, List<TokenTrace> answer) {
    StringBuilder html = new StringBuilder("<div class=\"answer\"><q>");
    html.append(Html.escape(shortened(prompt))).append("</q>");
    for (TokenTrace token : answer) {
      int shade = (int) Math.min(DARKEST, token.surprisal() / BITS_PER_SHADE);
      String style = "s" + shade + (token.load() == CognitiveLoad.HIGH ? " high" : "");
      html.append(
          String.format(
              Locale.ROOT,
              "<span class=\"%s\" title=\"%.1f bits\">%s</span>",
              style,
              token.surprisal(),
              Html.escape(token.text())));
    }
    return html.append("</div>\n").toString();
  }

  /** The end of a long prompt is what an answer goes on from. */
  private static String shortened(String prompt) {
    return prompt.length() <= MOST_PROMPT_CHARS
        ? prompt
        : "…" + prompt.substring(prompt.length() - MOST_PROMPT_CHARS);
  }
}
