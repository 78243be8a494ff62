package io.clada.engine.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From values to places along one side of a picture.
 *
 * @param from value at {@code start}, a multiple of {@code step}
 * @param to value at {@code end}, above {@code from}
 * @param step between two ticks, a round number
 * @param start in pixels
 * @param end in pixels, smaller than {@code start} on a vertical axis
 */
record Axis(double from, double to, double step, double start, double end) {

  /** From zero to a round value that is not below {@code most}, with about so many steps. */
  static Axis fromZero(double most, int steps, double start, double end) {
    double top = most > 0 ? most : 1;
    double step = round(top / steps);
    return new Axis(0, Math.ceil(top / step - 1e-9) * step, step, start, end);
  }

  /** Round values around these, with some room on both sides. */
  static Axis around(double least, double most, int steps, double start, double end) {
    double room = Math.max((most - least) * 0.08, Math.max(1e-3, Math.abs(most) * 0.01));
    double step = round((most - least + 2 * room) / steps);
    return new Axis(
        Math.floor((least - room) / step) * step,
        Math.ceil((most + room) / step) * step,
        step,
        start,
        end);
  }

  /** At an end for what lies beyond it. */
  double at(double value) {
    double within = Math.max(from, Math.min(to, value));
    return start + (within - from) / (to - from) * (end - start);
  }

  /** Round values from end to end. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (long i = Math.round(from / step); i * step <= to + step * 1e-6; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A tick with as many decimals as tell it from the next. */
  String label(double tick) {
    int decimals = 0;
    double shown = step;
    while (decimals < 6 && Math.abs(shown - Math.rint(shown)) > 1e-6) {
      shown *= 10;
      decimals++;
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", tick + 0.0);
  }

  /** The least of 1, 2, 5 and 10 times a power of ten that is not below. */
  private static double round(double step) {
    double magnitude = Math.pow(10, Math.floor(Math.log10(step)));
    double scaled = step / magnitude;
    return magnitude * (scaled <= 1 ? 1 : scaled <= 2 ? 2 : scaled <= 5 ? 5 : 10);
  }
}
