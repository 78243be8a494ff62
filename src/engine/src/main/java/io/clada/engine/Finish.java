package io.clada.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a generation ended and what it took.
 *
 * @param reason why it ended
 * @param message what went wrong; null unless the reason is {@link FinishReason#ERROR}
 * @param promptTokens tokens of the prompt, as the model saw it
 * @param completionTokens tokens generated, counting those it resumed from
 * @param activeNeuronRatio mean share of FFN neurons computed per decode step of this attempt, 0 to
 *     1
 * @param weightsReadRatio mean share of the weights read per decode step of this attempt, over what
 *     dense reads
 * @param queueSeconds from submission to the start of the prefill
 * @param timeToFirstTokenSeconds from the start of the prefill to the first token of this attempt
 * @param decodeSeconds from the first token of this attempt to the last
 * @param neuronEnergy per layer {@code [neurons]}, each neuron's share of its layer's contribution
 *     energy over the dense prefill, {@code sum_t z^2 * ||down||^2} normalised to add up to 1; null
 *     if there was no prefill
 */
public record Finish(
    FinishReason reason,
    @Nullable String message,
    int promptTokens,
    int completionTokens,
    double activeNeuronRatio,
    double weightsReadRatio,
    double queueSeconds,
    double timeToFirstTokenSeconds,
    double decodeSeconds,
    @Nullable List<float[]> neuronEnergy) {}
