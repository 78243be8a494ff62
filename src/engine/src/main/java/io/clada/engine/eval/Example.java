package io.clada.engine.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a data set.
 *
 * @param line its number in the file, from 1
 * @param prompt text to continue, or a question
 * @param continuation text that is known to follow the prompt; null: none is given
 * @param reference an answer to compare with, such as a summary; null: none is given
 * @param choices answers to choose from; empty: there is nothing to choose
 * @param answer index of the right choice; -1 where there are no choices
 */
public record Example(
    long line,
    String prompt,
    @Nullable String continuation,
    @Nullable String reference,
    List<String> choices,
    int answer) {
  public Example {
    choices = List.copyOf(choices);
  }
}
