package io.clada.engine;

import io.clada.engine.clada.NeuronSet;
import io.clada.engine.clada.SetScores;
import io.clada.engine.decoder.CompactWeights;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Weights;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one set of neurons that is held in compact copies: a single generation's own (mode {@code
 * griffin}), or what a batch shares (method, section 5). When those who use it change, only the
 * neurons that enter or leave are copied. Confined to the thread that runs the model.
 */
final class SharedSet implements AutoCloseable {
  private final Decoder decoder;
  private @Nullable CompactWeights compact;
  private List<ActiveGeneration> users = List.of();
  private int @Nullable [][] members;

  SharedSet(Decoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Whether it is the set of these generations.
   *
   * @param kept neurons of each layer
   */
  boolean isOf(List<ActiveGeneration> group, int kept) {
    return compact != null && compact.kept() == kept && users.equals(group);
  }

  /** Makes it their set. */
  void change(List<ActiveGeneration> group, int kept) {
    CompactWeights current = compact;
    if (current == null || current.kept() != kept) {
      close();
      current = decoder.compact(kept);
      compact = current;
    }
    int[][] chosen = NeuronSet.top(scores(group), kept);
    users = List.of(); // nobody's, should copying fail halfway
    current.assign(chosen);
    members = chosen;
    users = List.copyOf(group);
  }

  /** The weights for a step of its users; there must be some. */
  Weights weights() {
    return Objects.requireNonNull(compact, "a set of nobody's").weights();
  }

  /**
   * GRIFFIN's own statistic for a single generation that asks for it, where the fleet knows nothing
   * yet; else the energies and what the fleet knows. A single generation's set does not depend on
   * whose was held before.
   */
  private float[][] scores(List<ActiveGeneration> group) {
    ActiveGeneration first = group.get(0);
    boolean alone = group.size() == 1 && first.spec().mode() == Mode.GRIFFIN;
    Backbone backbone = first.spec().backbone();
    if (alone && backbone == null) {
      return first.importance();
    }
    List<SetScores.Prompt> prompts =
        group.stream()
            .map(each -> new SetScores.Prompt(each.energy(), each.promptTokens()))
            .toList();
    return SetScores.of(prompts, backbone, alone ? null : members);
  }

  @Override
  public void close() {
    if (compact != null) {
      compact.close();
      compact = null;
    }
    users = List.of();
    members = null;
  }
}
