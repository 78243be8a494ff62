package io.clada.engine.decoder;

import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/** The arguments of one call: those made for it are freed with it, those shared stay. */
final class Arguments implements AutoCloseable {
  private final List<IValue> all = new ArrayList<>();
  private final List<IValue> made = new ArrayList<>();

  Arguments add(IValue value) {
    made.add(value);
    all.add(value);
    return this;
  }

  Arguments share(IValue value) {
    all.add(value);
    return this;
  }

  IValue[] values() {
    return all.toArray(IValue[]::new);
  }

  @Override
  public void close() {
    made.forEach(IValue::close);
  }
}
