package io.clada.schemas.registry;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The registry has answered no, and will again: trying the same once more is useless. Trouble that
 * may pass is a {@link RegistryUnavailableException}.
 */
public final class SchemaRegistryException extends KafkaException {
  public static final int SUBJECT_NOT_FOUND = 40401;
  public static final int VERSION_NOT_FOUND = 40402;
  public static final int SCHEMA_NOT_FOUND = 40403;
  public static final int LEVEL_NOT_CONFIGURED = 40408;
  public static final int INCOMPATIBLE = 409;
  public static final int INVALID_SCHEMA = 42201;
  public static final int INVALID_VERSION = 42202;
  public static final int INVALID_LEVEL = 42203;

  /** Not one of Confluent's: what answered is no schema registry. */
  public static final int NO_REGISTRY = 502;

  private static final long serialVersionUID = 1L;

  private final int errorCode;

  public SchemaRegistryException(int errorCode, String message) {
    this(errorCode, message, null);
  }

  public SchemaRegistryException(int errorCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.errorCode = errorCode;
  }

  /** Confluent's error code: an HTTP status, or one followed by two more digits. */
  public int errorCode() {
    return errorCode;
  }

  public int httpStatus() {
    return errorCode >= 1000 ? errorCode / 100 : errorCode;
  }
}
