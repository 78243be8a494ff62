package io.clada.engine.text.jinja;

/** A template that cannot be parsed or rendered, or that raised an exception itself. */
public final class JinjaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final boolean raised;

  private JinjaException(String message, int line, boolean raised) {
    super(message, null, false, true);
    this.line = line;
    this.raised = raised;
  }

  /** An error at a line that {@link #at} will tell. */
  static JinjaException of(String message) {
    return new JinjaException(message, 0, false);
  }

  static JinjaException syntax(String message, int line) {
    return new JinjaException(message, line, false);
  }

  /** What the template says with {@code raise_exception}: its words are for the user. */
  public static JinjaException raised(String message) {
    return new JinjaException(message, 0, true);
  }

  /** The same error with its line, unless it is known already. */
  JinjaException at(int where) {
    return line > 0 ? this : new JinjaException(getMessage(), where, raised);
  }

  /** Line of the template, from 1. */
  public int line() {
    return line;
  }

  /** Whether the template itself refused what it was given. */
  public boolean isRaised() {
    return raised;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
