package io.clada.engine.text.jinja;

/** The text that a template makes, or a part of it. */
final class Output {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;

  Output(Budget budget) {
    this.budget = budget;
  }

  void append(String more) {
    budget.spend(more.length());
    text.append(more);
  }

  @Override
  public String toString() {
    budget.spend(text.length());
    return text.toString();
  }
}
