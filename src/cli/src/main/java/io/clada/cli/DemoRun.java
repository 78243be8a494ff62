package io.clada.cli;

import io.clada.client.Answer;
import io.clada.engine.Mode;
import io.clada.schemas.LoadTelemetry;
import org.jspecify.annotations.Nullable;

/**
 * One prompt of the demo, answered.
 *
 * @param firstTokenSeconds from posting the request to reading its first token, Kafka included
 * @param lastLoad telemetry of the answer's last window; null if none came
 */
record DemoRun(
    String prompt,
    Mode mode,
    Answer answer,
    double firstTokenSeconds,
    @Nullable LoadTelemetry lastLoad) {}
