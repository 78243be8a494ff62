package io.clada.worker;

import io.clada.engine.Engine;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The models that a worker serves. The first is what a request gets that names none. */
final class Engines {
  private final Map<String, Engine> byModel = new LinkedHashMap<>();
  private final String first;

  /**
   * @throws WorkerException if there is none, or two have the same name
   */
  Engines(List<Engine> engines) {
    for (Engine engine : engines) {
      if (byModel.put(engine.modelName(), engine) != null) {
        throw new WorkerException(
            "two models have the name '" + engine.modelName() + "'; rename one's directory");
      }
    }
    if (engines.isEmpty()) {
      throw new WorkerException("no model given; name at least one");
    }
    first = engines.get(0).modelName();
  }

  /** The model that a request means. */
  String resolve(String asked) {
    return asked.isEmpty() ? first : asked;
  }

  @Nullable Engine find(String model) {
    return byModel.get(model);
  }

  /**
   * @throws IllegalArgumentException if no engine has that model
   */
  Engine get(String model) {
    Engine engine = byModel.get(model);
    if (engine == null) {
      throw new IllegalArgumentException("no engine has model " + model);
    }
    return engine;
  }

  Collection<Engine> all() {
    return byModel.values();
  }

  Collection<String> models() {
    return byModel.keySet();
  }

  boolean areAlive() {
    return byModel.values().stream().allMatch(Engine::isAlive);
  }
}
