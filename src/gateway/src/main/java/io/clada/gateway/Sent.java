package io.clada.gateway;

import io.clada.schemas.TokenEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What was sent of an answer. Read before they are final, tokens may be retracted, and come again:
 * as the same tokens, since the seed is the same, unless the sparsity fell out otherwise. What has
 * been sent cannot be taken back.
 */
final class Sent {
  private final List<String> texts = new ArrayList<>();

  /**
   * Whether this token is to be sent.
   *
   * @throws ApiException if another one was sent in its place
   */
  boolean isNews(TokenEvent token) {
    int index = token.getTokenIndex();
    if (index < texts.size()) {
      if (!texts.get(index).equals(token.getText())) {
        throw ApiException.retracted();
      }
      return token.getFinish() != null;
    }
    texts.add(token.getText());
    return true;
  }
}
