package io.clada.engine.hf;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a layer's weights are. E is headDim, F intermediateSize, D hiddenSize; widths are outputs.
 *
 * @param norm1Weight {@code [D]}
 * @param norm1Bias {@code [D]}; null with RMS norms
 * @param qkv all query heads, then all key heads, then all value heads: {@code (heads + 2 kvHeads)
 *     E}; query head i reads key-value head {@code i / (heads / kvHeads)}
 * @param qkvBias in the same order; empty where there is none
 * @param o {@code D}, from heads * E inputs
 * @param oBias null where there is none
 * @param norm2Weight {@code [D]}; null where a parallel layer has one norm
 * @param norm2Bias as norm1Bias; null where norm2Weight is
 * @param up {@code F}; when gated {@code 2 F}, the gate first
 * @param upBias in the same order; empty where there is none
 * @param down {@code D}, from F inputs
 * @param downBias null where there is none
 */
public record LayerWeights(
    Part norm1Weight,
    @Nullable Part norm1Bias,
    List<Part> qkv,
    List<Part> qkvBias,
    Part o,
    @Nullable Part oBias,
    @Nullable Part norm2Weight,
    @Nullable Part norm2Bias,
    List<Part> up,
    List<Part> upBias,
    Part down,
    @Nullable Part downBias) {

  public LayerWeights {
    qkv = List.copyOf(qkv);
    qkvBias = List.copyOf(qkvBias);
    up = List.copyOf(up);
    upBias = List.copyOf(upBias);
  }

  /** {@code o} and {@code down} are of one part each. */
  static LayerWeights of(
      NormParts norm1,
      Projection qkv,
      Projection o,
      @Nullable NormParts norm2,
      Projection up,
      Projection down) {
    return new LayerWeights(
        norm1.weight(),
        norm1.bias(),
        qkv.weight(),
        qkv.bias(),
        o.weight().get(0),
        only(o.bias()),
        norm2 == null ? null : norm2.weight(),
        norm2 == null ? null : norm2.bias(),
        up.weight(),
        up.bias(),
        down.weight().get(0),
        only(down.bias()));
  }

  List<Part> parts() {
    List<Part> parts = new ArrayList<>(List.of(norm1Weight, o, down));
    Stream.of(qkv, qkvBias, up, upBias).forEach(parts::addAll);
    Stream.of(norm1Bias, oBias, norm2Weight, norm2Bias, downBias)
        .filter(Objects::nonNull)
        .forEach(parts::add);
    return parts;
  }

  private static @Nullable Part only(List<Part> bias) {
    return bias.isEmpty() ? null : bias.get(0);
  }
}
