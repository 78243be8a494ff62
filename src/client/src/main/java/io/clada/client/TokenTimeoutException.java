package io.clada.client;

/** No token came for longer than the client waits. The answer may still come later. */
public final class TokenTimeoutException extends ClientException {
  private static final long serialVersionUID = 1L;

  TokenTimeoutException(String message) {
    super(message);
  }
}
