package io.clada.engine.hf;

/**
 * Llama 3's stretching of rotary positions ({@code rope_type} "llama3"): wavelengths longer than
 * {@code originalMaxPositions / lowFreqFactor} are divided in frequency by {@code factor}, those
 * shorter than {@code originalMaxPositions / highFreqFactor} stay, those between are interpolated.
 *
 * @param originalMaxPositions the context, in tokens, that the model was first trained with
 */
public record Llama3RopeScaling(
    double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions) {}
