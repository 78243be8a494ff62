package io.clada.gateway;

import io.clada.service.ServiceException;

/** A gateway that cannot be started as it was told. */
public final class GatewayException extends ServiceException {
  private static final long serialVersionUID = 1L;

  GatewayException(String message) {
    super(message);
  }

  GatewayException(String message, Throwable cause) {
    super(message, cause);
  }
}
