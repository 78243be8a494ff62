package io.clada.engine.text.jinja;

import java.util.List;

/** What a set or a for assigns to. */
sealed interface Target {
  void set(Object value, Frame frame);

  record Name(String name) implements Target {
    @Override
    public void set(Object value, Frame frame) {
      frame.set(name, value);
    }
  }

  /** {@code namespace.attribute} */
  record Attribute(String namespace, String attribute, int line) implements Target {
    @Override
    public void set(Object value, Frame frame) {
      if (!(frame.get(namespace) instanceof Namespace changed)) {
        throw JinjaException.of("'" + namespace + "' is no namespace, so nothing in it can be set")
            .at(line);
      }
      changed.set(attribute, value);
    }
  }

  /** {@code a, b} */
  record Several(List<Target> targets, int line) implements Target {
    @Override
    public void set(Object value, Frame frame) {
      if (!(value instanceof List<?> values) || values.size() != targets.size()) {
        throw JinjaException.of(
                Values.typeOf(value) + " cannot be set to " + targets.size() + " names")
            .at(line);
      }
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).set(values.get(i), frame);
      }
    }
  }
}
