package io.clada.embedded;

import static io.clada.embedded.TestSchemas.NUMBERED_USER;
import static io.clada.embedded.TestSchemas.USER;
import static io.clada.embedded.TestSchemas.USER_WITH_AGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.embedded.Rest.Answer;
import io.clada.schemas.registry.InMemorySchemaRegistry;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryServerTest {
  private RegistryServer server;
  private Rest rest;

  @BeforeEach
  void start() {
    server = RegistryServer.start(0);
    rest = new Rest(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theProjectsSchemasAreThereWithTheIdsOfEveryEmbeddedRegistry() {
    InMemorySchemaRegistry bundled = InMemorySchemaRegistry.withBundledSchemas();

    assertThat(rest.get("/subjects").body())
        .extracting(subject -> subject.asText())
        .isEqualTo(bundled.subjects());
    assertThat(rest.get("/subjects/clada.tokens-value/versions/latest").body().path("id").asInt())
        .isEqualTo(bundled.latest("clada.tokens-value").id());
  }

  @Test
  void aRegisteredSchemaIsFoundByIdByVersionAndByContent() {
    int id = rest.register("users-value", USER);

    assertThat(rest.get("/schemas/ids/" + id).body().path("schema").asText())
        .isEqualTo(USER.toString());
    assertThat(rest.get("/schemas/ids/" + id + "/versions").body())
        .singleElement()
        .satisfies(
            version -> {
              assertThat(version.path("subject").asText()).isEqualTo("users-value");
              assertThat(version.path("version").asInt()).isEqualTo(1);
            });
    assertThat(rest.get("/subjects/users-value/versions/1").body())
        .isEqualTo(rest.post("/subjects/users-value", USER).body());
    assertThat(rest.get("/subjects/users-value/versions/1/schema").body().toString())
        .isEqualTo(USER.toString());
    assertThat(rest.get("/subjects/users-value/versions").body().toString()).isEqualTo("[1]");
  }

  @Test
  void registeringTwiceGivesTheSameId() {
    assertThat(rest.register("users-value", USER)).isEqualTo(rest.register("users-value", USER));
    assertThat(rest.register("people-value", USER)).isEqualTo(rest.register("users-value", USER));
  }

  @Test
  void aSubjectMayHaveAnyCharacter() {
    rest.register("a%2Fb%20c+d%C3%A4", USER);

    assertThat(rest.get("/subjects?subjectPrefix=a%2F").body().toString())
        .isEqualTo("[\"a/b c+dä\"]");
  }

  @Test
  void parametersOfLaterClientsAreTolerated() {
    assertThat(rest.post("/subjects/users-value/versions?normalize=true", USER).status())
        .isEqualTo(200);
    assertThat(rest.post("/subjects/users-value?normalize=false&deleted=true", USER).status())
        .isEqualTo(200);
  }

  @Test
  void anIncompatibleSchemaIsRefused() {
    rest.register("users-value", USER);

    assertThat(rest.post("/compatibility/subjects/users-value/versions", USER_WITH_AGE).body())
        .hasToString("{\"is_compatible\":true}");
    assertThat(
            rest.post("/compatibility/subjects/users-value/versions/latest", NUMBERED_USER).body())
        .hasToString("{\"is_compatible\":false}");
    assertThat(
            rest.post("/compatibility/subjects/users-value/versions?verbose=true", NUMBERED_USER)
                .body()
                .path("messages"))
        .isNotEmpty();
    Answer refused = rest.post("/subjects/users-value/versions", NUMBERED_USER);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("error_code").asInt()).isEqualTo(409);
  }

  @Test
  void theLatestVersionOfANewSubjectFitsEverything() {
    assertThat(rest.post("/compatibility/subjects/new/versions/latest", USER).body())
        .hasToString("{\"is_compatible\":true}");
    assertThat(rest.post("/compatibility/subjects/new/versions/1", USER).status()).isEqualTo(404);
  }

  @Test
  void aLevelHoldsForOneSubjectOrForAll() {
    assertThat(rest.get("/config").body())
        .hasToString("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
    assertThat(rest.get("/config/users-value?defaultToGlobal=true").status()).isEqualTo(200);

    assertThat(rest.send("/config", "PUT", "{\"compatibility\":\"BACKWARD\"}").body())
        .hasToString("{\"compatibility\":\"BACKWARD\"}");
    rest.send("/config/users-value", "PUT", "{\"compatibility\":\"NONE\"}");

    assertThat(rest.get("/config").body()).hasToString("{\"compatibilityLevel\":\"BACKWARD\"}");
    assertThat(rest.get("/config/users-value").body())
        .hasToString("{\"compatibilityLevel\":\"NONE\"}");
    rest.register("users-value", USER);
    assertThat(rest.post("/subjects/users-value/versions", NUMBERED_USER).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /schemas/ids/999,                        404, 40403",
    "GET,  /schemas/ids/one,                        404, 40403",
    "GET,  /schemas/ids/999/versions,               404, 40403",
    "GET,  /subjects/none/versions,                 404, 40401",
    "GET,  /subjects/none/versions/latest,          404, 40401",
    "GET,  /subjects/clada.tokens-value/versions/9, 404, 40402",
    "GET,  /subjects/clada.tokens-value/versions/0, 422, 42202",
    "GET,  /subjects/clada.tokens-value/versions/x, 422, 42202",
    "GET,  /config/clada.tokens-value,              404, 40408",
    "GET,  /nowhere,                                404, 404",
    "DELETE, /subjects/clada.tokens-value,          405, 405",
    "POST, /subjects/x/versions,                    400, 400",
  })
  void whatIsNotThereHasConfluentsErrorCode(String method, String path, int status, int code) {
    Answer answer = rest.send(path, method, "");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body().path("error_code").asInt()).isEqualTo(code);
    assertThat(answer.body().path("message").asText()).isNotEmpty();
    assertThat(answer.contentType()).isEqualTo("application/vnd.schemaregistry.v1+json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"schema\": \"{}\", \"schemaType\": \"PROTOBUF\"} | schemaType 'PROTOBUF' is not supported",
        "{\"schema\": \"wat\"}                              | Invalid Avro schema",
        "{\"schemaType\": \"AVRO\"}                         | no text field 'schema'",
        "{\"schema\": \"{}\", \"references\": [{}]}         | references to other schemas",
      })
  void onlyAvroIsRegistered(String body, String message) {
    Answer answer = rest.send("/subjects/x/versions", "POST", body);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("error_code").asInt()).isEqualTo(42201);
    assertThat(answer.body().path("message").asText()).contains(message);
  }

  @Test
  void anUnknownLevelIsRefused() {
    Answer answer = rest.send("/config", "PUT", "{\"compatibility\":\"SOMEWHAT\"}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("error_code").asInt()).isEqualTo(42203);
  }

  @Test
  void aBodyHasALimit() {
    Answer answer =
        rest.send("/subjects/x/versions", "POST", "x".repeat(RegistryHandler.MAX_BODY_BYTES + 1));

    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void aPortInUseIsNamed() {
    int port = URI.create(server.url()).getPort();

    assertThatThrownBy(() -> RegistryServer.start(port))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageStartingWith("port " + port + " is already in use, so the schema registry");
  }
}
