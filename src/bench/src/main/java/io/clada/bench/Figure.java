package io.clada.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * One row of the report.
 *
 * @param section what was measured together
 * @param name of the way to compute
 * @param median of the turns
 * @param best turn, which other work on the computer has disturbed least; null: there was but one
 * @param unit of both, and of the floor
 * @param floor what the computer cannot go below, by the median of a bound of the same run
 * @param overDense time over that of dense, the median of the turns' own ratios
 * @param bestOverDense the best turn's over dense's best
 * @param bytes that it reads over those of dense: the bound of both ratios
 * @param target what it is to reach; empty: nothing in particular
 * @param note what else is to be known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Figure(
    String section,
    String name,
    double median,
    @Nullable Double best,
    String unit,
    @Nullable Double floor,
    @Nullable Double overDense,
    @Nullable Double bestOverDense,
    @Nullable Double bytes,
    String target,
    String note) {
  /** A number by itself. */
  static Figure of(String section, String name, double value, String unit) {
    return new Figure(section, name, value, null, unit, null, null, null, null, "", "");
  }

  /** Milliseconds of a work. */
  static Figure of(String section, String name, Turns.Times times, Turns.Times dense) {
    double median = times.median() * 1e3;
    double best = times.least() * 1e3;
    return new Figure(section, name, median, best, "ms", null, null, null, null, "", "")
        .over(times, dense);
  }

  /** Tokens per second where a work's unit is a token. */
  static Figure speed(String section, String name, Turns.Times times) {
    double median = 1 / times.median();
    double best = 1 / times.least();
    return new Figure(section, name, median, best, "tokens/s", null, null, null, null, "", "");
  }

  Figure over(Turns.Times times, Turns.Times dense) {
    double ofBest = times.least() / dense.least();
    return new Figure(
        section, name, median, best, unit, floor, times.over(dense), ofBest, bytes, target, note);
  }

  Figure withFloor(double value) {
    return new Figure(
        section, name, median, best, unit, value, overDense, bestOverDense, bytes, target, note);
  }

  Figure withBytes(double ratio) {
    return new Figure(
        section, name, median, best, unit, floor, overDense, bestOverDense, ratio, target, note);
  }

  Figure withTarget(String text) {
    return new Figure(
        section, name, median, best, unit, floor, overDense, bestOverDense, bytes, text, note);
  }

  Figure withNote(String text) {
    return new Figure(
        section, name, median, best, unit, floor, overDense, bestOverDense, bytes, target, text);
  }
}
