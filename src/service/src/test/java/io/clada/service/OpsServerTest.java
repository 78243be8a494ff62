package io.clada.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a scraper and an orchestrator see of any role. */
class OpsServerTest {
  private static final String HOST = "127.0.0.1";

  private final OpsServer ops =
      OpsServer.bind(HOST, 0).page("/own", query -> Answer.text(200, "own")).start();

  @AfterEach
  void stop() {
    ops.close();
  }

  /** A role with these troubles. */
  private record Told(@Nullable String whyDead, @Nullable String whyNotReady) implements Health {}

  @Test
  void isLiveAndNotReadyBeforeThereIsARole() {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void saysWhatKeepsARoleFromBeingWell() {
    ops.serve(new Told(null, "looking for a broker"));
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/ready").body()).isEqualTo("looking for a broker\n");

    ops.serve(new Told("out of memory", "out of memory"));
    assertThat(get("/health/live").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").body()).isEqualTo("out of memory\n");

    ops.serve(new Told(null, null));
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void measuresTheProcessBesideTheRole() {
    ops.registry().counter("clada.turns").increment(3);

    assertThat(get("/metrics").body())
        .contains("clada_turns_total 3.0")
        .contains("jvm_memory_used_bytes")
        .contains("process_files_open_files");
  }

  @Test
  void anUnknownPathNamesThoseThereAre() {
    assertThat(get("/own").body()).isEqualTo("own\n");
    assertThat(get("/other").statusCode()).isEqualTo(404);
    assertThat(get("/other").body()).contains("/metrics", "/health/live", "/health/ready", "/own");
  }

  @Test
  void aPortInUseIsNamed() {
    assertThatThrownBy(() -> OpsServer.bind(HOST, ops.port()))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(HOST + ":" + ops.port());
  }

  @Test
  void anUnknownHostIsNamed() {
    assertThatThrownBy(() -> OpsServer.bind("no such host", 0))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("no such host");
  }

  private HttpResponse<String> get(String path) {
    URI uri = URI.create("http://" + HOST + ":" + ops.port() + path);
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
