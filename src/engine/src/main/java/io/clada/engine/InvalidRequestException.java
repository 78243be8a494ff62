package io.clada.engine;

/** A request that no retry can make valid. The message names the field and the way out. */
public final class InvalidRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field the request's field, in its public spelling ({@code max_new_tokens})
   * @param problem what is wrong with it and what would be right
   */
  public InvalidRequestException(String field, String problem) {
    super(field + ": " + problem);
    this.field = field;
  }

  /** The request's field, in its public spelling. */
  public String field() {
    return field;
  }
}
