package io.clada.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What goes over the wire. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * @throws ApiException if it is not one object
   */
  static ObjectNode read(byte[] body) {
    JsonNode json;
    try {
      json = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " (line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr()
                  + ")";
      throw ApiException.invalid(
          null, "the body is not valid JSON: " + e.getOriginalMessage() + place);
    } catch (IOException e) {
      throw ApiException.invalid(null, "the body is not valid JSON: " + e.getMessage());
    }
    if (json instanceof ObjectNode object) {
      return object;
    }
    throw ApiException.invalid(null, "the body must be a JSON object");
  }

  static byte[] bytes(ObjectNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The data of a server-sent event. */
  static String event(ObjectNode json) {
    return "data: " + new String(bytes(json), StandardCharsets.UTF_8) + "\n\n";
  }

  static ObjectNode error(ApiException e) {
    ObjectNode json = object();
    json.putObject("error")
        .put("message", e.text())
        .put("type", e.type())
        .put("param", e.param())
        .put("code", e.code());
    return json;
  }

  static void send(Response response, ObjectNode json, Callback callback) {
    byte[] bytes = bytes(json);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }

  static void send(Response response, ApiException e, Callback callback) {
    response.setStatus(e.status());
    if (e.retryAfterSeconds() > 0) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, e.retryAfterSeconds());
    }
    if (!e.isWorthRetry()) {
      response.getHeaders().put("x-should-retry", "false");
    }
    if (e.status() == 401) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    send(response, error(e), callback);
  }
}
