package io.clada.engine.eval;

import io.clada.engine.CladaModel;
import io.clada.engine.Generation;
import io.clada.engine.InvalidRequestException;
import io.clada.engine.Mode;
import io.clada.engine.Scoring;
import io.clada.engine.Scoring.Scored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model over examples in several modes.
 *
 * <p>Every example's prompt is continued in each mode; its continuation, or where it has none the
 * second half of its text, is scored in each mode, token by token; its choices are ranked in each
 * mode. Modes take turns within an example, a different one first each time, so that none has the
 * cooler or the busier computer. Runs on the caller's thread and uses the model alone.
 */
public final class Evaluator {
  /** Examples whose traces are kept for the report. */
  private static final int TRACED = 2;

  private static final int WARM_UP_TOKENS = 16;
  private static final double LN_2 = Math.log(2);

  private final CladaModel model;
  private final EvalOptions options;
  private final LongSupplier nanos;
  private final TextHalves halves;
  private final Map<Mode, ModeTally> tallies = new EnumMap<>(Mode.class);
  private final Map<Long, String> prompts = new HashMap<>();
  private final List<TokenTrace> traces = new ArrayList<>();
  private int used;
  private int skipped;

  /**
   * Checks the settings.
   *
   * @param nanos a clock as {@link System#nanoTime}, for the latency of tokens
   * @throws InvalidRequestException naming the first setting that is wrong
   */
  public Evaluator(CladaModel model, EvalOptions options, LongSupplier nanos) {
    this.model = model;
    this.options = options;
    this.nanos = nanos;
    halves = new TextHalves(text -> model.validate(options.spec(text, Mode.DENSE, false)));
    for (Mode mode : options.modes()) {
      model.validate(options.spec("a", mode, true));
      tallies.put(mode, new ModeTally(Answer.name(mode)));
    }
  }

  /** Told what happens, on the evaluating thread. */
  public interface Listener {
    /** A token was generated. */
    void token(TokenTrace token);

    /** An example was evaluated in every mode. */
    void example();

    /** An example was passed over, since its prompt is not valid. */
    void skipped(Example example, String reason);
  }

  /**
   * Evaluates.
   *
   * @param stop asked before every example; true ends with what there is
   * @throws ExampleException if an example cannot be read, or none could be used
   */
  public EvalRun run(Iterator<Example> examples, Listener listener, BooleanSupplier stop) {
    String reason = "";
    while (used < options.most() && examples.hasNext() && !stop.getAsBoolean()) {
      Example example = examples.next();
      try {
        model.validate(options.spec(example.prompt(), Mode.DENSE, truncates(example)));
      } catch (InvalidRequestException e) {
        skipped++;
        reason = "line " + example.line() + ": " + e.getMessage();
        listener.skipped(example, reason);
        continue;
      }
      if (used == 0) {
        warmUp(example);
      }
      evaluate(example, listener);
      used++;
      listener.example();
    }
    if (used == 0 && skipped > 0) {
      throw new ExampleException(options.data() + ": no example could be used; " + reason);
    }
    return result();
  }

  private void evaluate(Example example, Listener listener) {
    List<Mode> modes = new ArrayList<>(options.modes());
    Collections.rotate(modes, -used);
    Map<Mode, Answer> answers = new EnumMap<>(Mode.class);
    Map<Mode, List<Integer>> likeliest = new EnumMap<>(Mode.class);
    TextHalves.Halves text = continuation(example);
    for (Mode mode : modes) {
      answers.put(mode, answer(example, mode, listener));
      if (text != null) {
        likeliest.put(mode, score(text, mode));
      }
      if (!example.choices().isEmpty()) {
        int chosen = MultipleChoice.choose(scorer(mode), example.prompt(), example.choices());
        tally(mode).choice(chosen == example.answer());
      }
    }
    compare(example, answers, likeliest);
  }

  private Answer answer(Example example, Mode mode, Listener listener) {
    Answer answer;
    try (Generation generation =
        model.generate(options.spec(example.prompt(), mode, truncates(example)))) {
      answer = Answer.of(generation, Answer.name(mode), example.line(), nanos);
    }
    answer.tokens().forEach(listener::token);
    tally(mode).answer(answer);
    if (used < TRACED) {
      prompts.put(example.line(), example.prompt());
      traces.addAll(answer.tokens());
    }
    return answer;
  }

  /** The token that greedy decoding would have taken at each place of the continuation. */
  private List<Integer> score(TextHalves.Halves text, Mode mode) {
    List<Integer> likeliest = new ArrayList<>();
    try (Scoring scoring = model.score(options.spec(text.first(), mode, false), text.second())) {
      while (scoring.hasNext()) {
        Scored scored = scoring.next();
        tally(mode).likelihood().token(scored.token().surprisal());
        likeliest.add(scored.likeliest());
      }
    }
    return likeliest;
  }

  private Scorer scorer(Mode mode) {
    return (prompt, continuation) -> {
      List<Double> logs = new ArrayList<>();
      try (Scoring scoring = model.score(options.spec(prompt, mode, false), continuation)) {
        scoring.forEachRemaining(scored -> logs.add(-scored.token().surprisal() * LN_2));
      }
      return logs.stream().mapToDouble(Double::doubleValue).toArray();
    };
  }

  private TextHalves.@Nullable Halves continuation(Example example) {
    if (!example.choices().isEmpty()) {
      return null;
    }
    String known = example.continuation();
    TextHalves.Halves text =
        known == null
            ? halves.of(example.prompt())
            : new TextHalves.Halves(example.prompt(), known);
    return text != null && halves.leavesRoom(text) ? text : null;
  }

  private void compare(
      Example example, Map<Mode, Answer> answers, Map<Mode, List<Integer>> likeliest) {
    Answer dense = answers.get(Mode.DENSE);
    List<Integer> expected = likeliest.get(Mode.DENSE);
    answers.forEach(
        (mode, answer) -> {
          if (example.reference() != null) {
            tally(mode).rouge(Rouge.l(example.reference(), answer.text()));
          }
          if (dense != null && mode != Mode.DENSE) {
            tally(mode).rougeToDense(Rouge.l(dense.text(), answer.text()));
          }
        });
    likeliest.forEach(
        (mode, tokens) -> {
          for (int i = 0; expected != null && mode != Mode.DENSE && i < tokens.size(); i++) {
            tally(mode).likelihood().compared(tokens.get(i).equals(expected.get(i)));
          }
        });
  }

  /** A question without its beginning is another question. */
  private boolean truncates(Example example) {
    return options.template().truncatePrompt() && example.choices().isEmpty();
  }

  /** Code that was never run, and memory that was never touched, are slow once. */
  private void warmUp(Example example) {
    for (Mode mode : options.modes()) {
      try (Generation generation =
          model.generate(options.spec(example.prompt(), mode, truncates(example)))) {
        for (int i = 0; i < WARM_UP_TOKENS && generation.hasNext(); i++) {
          generation.next();
        }
      }
    }
  }

  private ModeTally tally(Mode mode) {
    return Objects.requireNonNull(tallies.get(mode));
  }

  private EvalRun result() {
    return new EvalRun(
        "Evaluation",
        model.name(),
        options.data(),
        used,
        skipped,
        options.settings(),
        options.modes().stream().map(mode -> tally(mode).result()).toList(),
        prompts,
        traces,
        List.of(),
        null);
  }
}
