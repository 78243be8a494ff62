package io.clada.engine.text.jinja;

import java.util.AbstractList;
import java.util.List;

/** A list that prints in parentheses and equals no other list. */
final class Tuple extends AbstractList<Object> {
  private final List<?> items;

  Tuple(List<?> items) {
    this.items = List.copyOf(items);
  }

  static Tuple of(Object... items) {
    return new Tuple(List.of(items));
  }

  @Override
  public Object get(int index) {
    return items.get(index);
  }

  @Override
  public int size() {
    return items.size();
  }
}
