package io.clada.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.schemas.TokenEvent;
import java.io.PrintWriter;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * One JSON object per line and token, with the fields of the schema TokenEvent; those that are null
 * are left out.
 */
final class JsonTokens implements TokenPrinter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter out;

  JsonTokens(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begin(String prompt) {}

  @Override
  public void token(TokenEvent token) {
    try {
      out.println(JSON.writeValueAsString(object(token)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a token that JSON can't hold: " + token, e);
    }
    out.flush();
  }

  /** Nothing to print: the objects that follow carry a higher {@code attempt}. */
  @Override
  public void retract(List<TokenEvent> standing) {}

  @Override
  public void end() {}

  private static ObjectNode object(IndexedRecord avro) {
    ObjectNode json = JSON.createObjectNode();
    for (Schema.Field field : avro.getSchema().getFields()) {
      Object value = avro.get(field.pos());
      if (value instanceof IndexedRecord nested) {
        json.set(field.name(), object(nested));
      } else if (value instanceof Enum<?> symbol) {
        json.put(field.name(), symbol.name());
      } else if (value != null) {
        json.set(field.name(), JSON.valueToTree(value));
      }
    }
    return json;
  }
}
