package io.clada.gateway;

import org.jspecify.annotations.Nullable;

/** The two ways to ask for text. */
enum Endpoint {
  CHAT("/v1/chat/completions", "chatcmpl-", "chat"),
  COMPLETION("/v1/completions", "cmpl-", "completion");

  private final String path;
  private final String idPrefix;
  private final String label;

  Endpoint(String path, String idPrefix, String label) {
    this.path = path;
    this.idPrefix = idPrefix;
    this.label = label;
  }

  static @Nullable Endpoint at(String path) {
    for (Endpoint endpoint : values()) {
      if (endpoint.path.equals(path)) {
        return endpoint;
      }
    }
    return null;
  }

  String idPrefix() {
    return idPrefix;
  }

  /** In metrics. */
  String label() {
    return label;
  }
}
