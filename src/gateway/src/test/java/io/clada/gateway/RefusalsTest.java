package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be done is said in OpenAI's shape, with the field and the way out. */
final class RefusalsTest {
  @RegisterExtension static final ScriptedGateway site = new ScriptedGateway();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n                   | 'n': 2                                   | only 1
          tools               | 'tools': [{'type': 'function'}]          | only []
          temperature         | 'temperature': 'warm'                    | not a number
          max_tokens          | 'max_tokens': 1.5                        | not a whole number
          mode                | 'mode': 'quick'                          | dense
          top_logprobs        | 'logprobs': true, 'top_logprobs': 2      | send 0
          stop                | 'stop': [1]                              | list of texts
          stream              | 'stream': 'yes'                          | not true or false
          reading             | 'reading': 'soon'                        | not final or fast
          deadline_seconds    | 'deadline_seconds': -1                   | above 0
          stream_options      | 'stream_options': 3                      | not an object
          messages            | 'messages': []                           | at least one
          messages[0].role    | 'messages': [{'content': 'a'}]           | missing
          messages[0].content | 'messages': [{'role': 'a', 'content': [{'type': 'image_url'}]}] | only parts
          """)
  void aWrongFieldIsNamed(String field, String given, String wayOut) throws Exception {
    String messages = "'messages': [{'role': 'user', 'content': 'count 1'}], ";
    HttpResponse<String> response =
        Gateways.post(
            site.server(),
            "/v1/chat/completions",
            "{" + (given.startsWith("'messages'") ? "" : messages) + given + "}");

    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode error = Gateways.json(response).path("error");
    assertThat(error.path("param").asText()).isEqualTo(field);
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.path("message").asText()).contains(field).contains(wayOut);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INVALID temperature: 3.0 is not from 0 to 2 | 400 | temperature |
          INVALID max_new_tokens: 0 is too small      | 400 | max_tokens  |
          INVALID model: x is not served here         | 404 | model       | model_not_found
          OVERLOADED the queue is full                | 429 |             | overloaded
          DEADLINE it has passed                      | 408 |             | deadline
          CANCELLED                                   | 410 |             | cancelled
          ERROR the worker failed                     | 500 |             |
          """)
  void aFailureOfTheFleetHasItsStatusStreamedOrNot(
      String said, int status, String param, String code) throws Exception {
    for (String more : new String[] {"", ", 'stream': true"}) {
      HttpResponse<String> response = Gateways.chat(site.server(), said, more);

      assertThat(response.statusCode()).isEqualTo(status);
      JsonNode error = Gateways.json(response).path("error");
      assertThat(error.path("param").asText(null)).isEqualTo(param);
      assertThat(error.path("code").asText(null)).isEqualTo(code);
    }
  }

  @Test
  void anOverloadedFleetSaysWhenToTryAgain() throws Exception {
    assertThat(Gateways.chat(site.server(), "OVERLOADED", "").headers().firstValue("retry-after"))
        .contains("7");
    assertThat(Gateways.chat(site.server(), "DEADLINE", "").headers().firstValue("x-should-retry"))
        .contains("false");
  }

  @Test
  void whatIsNotJsonIsRefused() throws Exception {
    assertThat(error(Gateways.post(site.server(), "/v1/completions", "{'prompt': 'a',}"), 400))
        .contains("not valid JSON", "line 1, column");
    assertThat(error(Gateways.post(site.server(), "/v1/completions", "[]"), 400))
        .contains("object");
    assertThat(error(Gateways.post(site.server(), "/v1/completions", ""), 400)).contains("object");
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    String large = "{'prompt': '" + "a".repeat(GatewayLimits.DEFAULT.bodyBytes()) + "'}";
    assertThat(error(Gateways.post(site.server(), "/v1/completions", large), 413))
        .contains("1048576");

    HttpResponse<String> response =
        Gateways.get(site.server(), "/v1/models", "x-large", "a".repeat(20_000));
    assertThat(response.statusCode()).isEqualTo(431);
  }

  @Test
  void thereIsNothingElseHere() throws Exception {
    assertThat(error(Gateways.get(site.server(), "/v1/engines"), 404)).contains("GET /v1/engines");
    assertThat(error(Gateways.get(site.server(), "/v1/completions"), 405)).contains("takes POST");
    assertThat(error(Gateways.get(site.server(), "/elsewhere"), 404)).isEqualTo("Not Found");
  }

  private static String error(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    return Gateways.json(response).at("/error/message").asText();
  }
}
