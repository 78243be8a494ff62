package io.clada.cli;

import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.Engine;
import io.clada.engine.EngineOptions;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** What a model says when nothing disturbs it. */
final class ChaosTexts {
  private ChaosTexts() {}

  /** By id, the answers of those that are dense and greedy. */
  static Map<String, String> of(List<ChaosRequest> requests) throws InterruptedException {
    List<ChaosRequest> known = requests.stream().filter(ChaosRequest::isDenseGreedy).toList();
    Map<String, String> texts = new ConcurrentHashMap<>();
    CountDownLatch ended = new CountDownLatch(known.size());
    try (Engine engine =
        new BatchEngine(CladaModel.load(TestConsole.DEMO_MODEL), EngineOptions.DEFAULT)) {
      for (ChaosRequest request : known) {
        engine.submit(
            spec(request),
            token -> {
              texts.merge(request.id(), token.text(), String::concat);
              if (token.finish() != null) {
                ended.countDown();
              }
            });
      }
      ended.await();
    }
    return texts;
  }

  private static GenerationSpec spec(ChaosRequest request) {
    return new GenerationSpec(
        request.id(),
        request.request().getPrompt(),
        true,
        Mode.DENSE,
        request.request().getMaxNewTokens(),
        false,
        List.of(),
        new SamplingParameters(false, null, null, null, null, 0),
        SparsityParameters.DEFAULT,
        FleetThresholds.DEFAULT,
        null,
        List.of());
  }
}
