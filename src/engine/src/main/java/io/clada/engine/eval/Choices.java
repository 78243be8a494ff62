package io.clada.engine.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields {@code choices} and {@code answer} of an example: a list of texts, or ARC's object of
 * texts and labels; and which of them is right, by its index, its letter, its label or its text.
 */
record Choices(List<String> texts, int answer) {
  private static final Choices NONE = new Choices(List.of(), -1);

  /**
   * @throws IllegalArgumentException saying what is wrong with the fields
   */
  static Choices of(JsonNode json) {
    JsonNode field = json.path("choices");
    if (field.isMissingNode() || field.isNull()) {
      return NONE;
    }
    List<String> texts = texts(field.isObject() ? field.path("text") : field);
    List<String> labels = field.isObject() ? texts(field.path("label")) : List.of();
    if (texts.size() < 2) {
      throw new IllegalArgumentException("choices: give at least two texts");
    }
    return new Choices(texts, answer(json.path("answer"), texts, labels));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : list) {
      if (!text.isTextual() || text.textValue().isEmpty()) {
        throw new IllegalArgumentException("choices: " + text + " is no text");
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  private static int answer(JsonNode answer, List<String> texts, List<String> labels) {
    int index = -1;
    if (answer.isIntegralNumber()) {
      index = answer.canConvertToInt() ? answer.intValue() : -1;
    } else if (answer.isTextual()) {
      index = texts.indexOf(answer.textValue());
      index = index < 0 ? labels.indexOf(answer.textValue()) : index;
      index = index < 0 ? letter(answer.textValue().strip()) : index;
    }
    if (index < 0 || index >= texts.size()) {
      throw new IllegalArgumentException(
          "answer: "
              + (answer.isMissingNode() ? "missing" : answer)
              + "; give the index, the letter or the text of one of the "
              + texts.size()
              + " choices");
    }
    return index;
  }

  private static int letter(String answer) {
    return answer.matches("[A-Za-z]") ? Character.toUpperCase(answer.charAt(0)) - 'A' : -1;
  }
}
