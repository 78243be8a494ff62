package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.util.List;
import java.util.stream.IntStream;

/** Long answers of a scripted engine, of which every token is known beforehand. */
record Stories(List<String> ids, int tokens) {
  static Stories of(int tokens, String... ids) {
    return new Stories(List.of(ids), tokens);
  }

  void post(Traffic traffic) {
    for (int i = 0; i < ids.size(); i++) {
      traffic.post(
          ids.get(i),
          GenerationRequest.newBuilder()
              .setPrompt("Once")
              .setMaxNewTokens(tokens)
              .setSeed((long) i)
              .build());
    }
  }

  boolean allHave(Traffic traffic, int count) {
    return ids.stream().allMatch(id -> traffic.tokens(id).size() >= count);
  }

  /** Nothing lost, doubled or reordered, whoever made it. */
  void assertWhole(Traffic traffic) {
    for (int i = 0; i < ids.size(); i++) {
      assertWhole(traffic.tokens(ids.get(i)), i);
    }
  }

  private void assertWhole(List<TokenEvent> answer, long seed) {
    assertThat(answer)
        .extracting(TokenEvent::getTokenIndex)
        .containsExactlyElementsOf(IntStream.range(0, tokens).boxed().toList());
    assertThat(answer)
        .extracting(TokenEvent::getTokenId)
        .containsExactlyElementsOf(
            IntStream.range(0, tokens)
                .mapToObj(index -> ScriptedEngine.tokenId(seed, index))
                .toList());
    assertThat(answer).extracting(TokenEvent::getAttempt).isSorted();
    TokenEvent last = answer.get(tokens - 1);
    assertThat(last.getFinish()).isEqualTo(Finish.LENGTH);
    assertThat(last.getUsage().getCompletionTokens()).isEqualTo(tokens);
  }
}
