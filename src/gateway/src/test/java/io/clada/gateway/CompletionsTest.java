package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests as OpenAI has them, and their answers. */
final class CompletionsTest {
  @RegisterExtension static final ScriptedGateway site = new ScriptedGateway();

  @Test
  void aChatIsAnsweredInOnePiece() throws Exception {
    HttpResponse<String> response = Gateways.chat(site.server(), "count 3", "");

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode answer = Gateways.json(response);
    assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.path("model").asText()).isEqualTo("scripted");
    assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("0 1 2");
    assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(8);
    assertThat(answer.at("/clada/seed").asLong()).isEqualTo(77);
    assertThat(response.headers().firstValue("x-request-id")).contains(answer.path("id").asText());
  }

  @Test
  void aChatIsStreamedTokenByToken() throws Exception {
    HttpResponse<String> response =
        Gateways.chat(
            site.server(),
            "the sun is up",
            ", 'stream': true, 'stream_options': {'include_usage': true}");

    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    List<JsonNode> events = Gateways.events(response);
    assertThat(events).hasSize(7);
    assertThat(events.get(0).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(Gateways.contents(events)).isEqualTo("the sun is up");
    assertThat(events.get(4).at("/choices/0/finish_reason").isNull()).isTrue();
    assertThat(events.get(5).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(events.get(5).path("usage").isNull()).isTrue();
    assertThat(events.get(6).path("choices")).isEmpty();
    assertThat(events.get(6).at("/usage/prompt_tokens").asInt()).isEqualTo(5);
    assertThat(events).extracting(e -> e.path("id").asText()).containsOnly(id(response));
  }

  @Test
  void aPromptIsContinuedWholeAndStreamed() throws Exception {
    String body = "{'prompt': 'count 2' %s}";
    JsonNode whole = complete(body.formatted(""));
    assertThat(whole.path("object").asText()).isEqualTo("text_completion");
    assertThat(whole.at("/choices/0/text").asText()).isEqualTo("0 1");

    List<JsonNode> events =
        Gateways.events(
            Gateways.post(site.server(), "/v1/completions", body.formatted(", 'stream': true")));
    assertThat(events)
        .extracting(e -> e.at("/choices/0/text").asText())
        .containsExactly("0", " 1", "");
    assertThat(events.get(0).has("usage")).isFalse();
  }

  @Test
  void eachTokenComesWithItsProbability() throws Exception {
    JsonNode chat = Gateways.json(Gateways.chat(site.server(), "count 2", ", 'logprobs': true"));
    JsonNode second = chat.at("/choices/0/logprobs/content/1");
    assertThat(second.path("token").asText()).isEqualTo(" 1");
    assertThat(second.path("logprob").asDouble()).isEqualTo(Math.log(0.25), within(1e-9));
    assertThat(second.path("bytes").toString()).isEqualTo("[32,49]");
    assertThat(second.path("top_logprobs")).isEmpty();
    assertThat(chat.at("/choices/0/logprobs/content")).hasSize(2);

    JsonNode legacy = complete("{'prompt': 'count 2', 'logprobs': 0}").at("/choices/0/logprobs");
    assertThat(legacy.path("tokens").toString()).isEqualTo("[\"0\",\" 1\"]");
    assertThat(legacy.path("text_offset").toString()).isEqualTo("[0,1]");
  }

  @Test
  void everyParameterReachesTheFleet() throws Exception {
    Instant before = Instant.now();
    HttpResponse<String> response =
        Gateways.post(
            site.server(),
            "/v1/chat/completions",
            "{'messages': [{'role': 'system', 'content': 'be brief'}, {'role': 'user', 'content':"
                + " [{'type': 'text', 'text': 'good '}, {'type': 'text', 'text': 'day'}]}],"
                + " 'max_completion_tokens': 9, 'temperature': 0.5, 'top_p': 0.8, 'seed': 12,"
                + " 'stop': 'x', 'user': 'ann', 'n': 1, 'unknown': [1], 'mode': 'dense',"
                + " 'top_k_ratio': 0.4, 'priority': 'high', 'top_k': 7, 'deadline_seconds': 60,"
                + " 'presence_penalty': 0}",
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    GenerationRequest request = site.fleet().request(id(response));
    assertThat(request.getMessages())
        .containsExactly(
            new ChatMessage("system", "be brief"), new ChatMessage("user", "good day"));
    assertThat(request.getMaxNewTokens()).isEqualTo(9);
    assertThat(request.getTemperature()).isEqualTo(0.5);
    assertThat(request.getTopP()).isEqualTo(0.8);
    assertThat(request.getSeed()).isEqualTo(12);
    assertThat(request.getStop()).containsExactly("x");
    assertThat(request.getTenant()).isEqualTo("ann");
    assertThat(request.getMode()).isEqualTo(Mode.DENSE);
    assertThat(request.getTopKRatio()).isEqualTo(0.4);
    assertThat(request.getTopK()).isEqualTo(7);
    assertThat(request.getPriority()).isEqualTo(Priority.HIGH);
    assertThat(request.getDeadline()).isBetween(before.plusSeconds(59), before.plusSeconds(120));
    assertThat(site.fleet().trace(id(response))).contains("0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void theModelsAreListed() throws Exception {
    JsonNode list = Gateways.json(Gateways.get(site.server(), "/v1/models"));
    assertThat(list.path("object").asText()).isEqualTo("list");
    assertThat(list.at("/data/0/id").asText()).isEqualTo("scripted");
    assertThat(Gateways.get(site.server(), "/v1/models/scripted").statusCode()).isEqualTo(200);
    assertThat(Gateways.get(site.server(), "/v1/models/none").statusCode()).isEqualTo(404);
  }

  @Test
  void readFastTheSameIsSaid() throws Exception {
    assertThat(
            Gateways.contents(
                Gateways.events(
                    Gateways.chat(
                        site.server(), "count 4", ", 'stream': true, 'reading': 'fast'"))))
        .isEqualTo("0 1 2 3");
  }

  private static JsonNode complete(String body) throws Exception {
    return Gateways.json(Gateways.post(site.server(), "/v1/completions", body));
  }

  private static String id(HttpResponse<String> response) {
    return response.headers().firstValue("x-request-id").orElseThrow();
  }
}
