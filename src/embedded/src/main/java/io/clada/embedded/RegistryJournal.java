package io.clada.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.schemas.registry.CompatibilityLevel;
import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.schemas.registry.SchemaRegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines, one per change of a registry, in order: {@code {"subject", "id", "schema"}}
 * or {@code {"subject", "compatibility"}}, without a subject for the registry's own level. A line
 * is on disk before the method that writes it returns; a line that a crash cut short was never
 * acknowledged, and is dropped.
 */
final class RegistryJournal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The levels in force, with no subject's level where it has none of its own. */
  record Levels(@Nullable CompatibilityLevel global, Map<String, CompatibilityLevel> bySubject) {}

  private final Path path;
  private final FileChannel file;
  private @Nullable IOException failure;

  private RegistryJournal(Path path, FileChannel file) {
    this.path = path;
    this.file = file;
  }

  static RegistryJournal open(Path path) {
    try {
      return new RegistryJournal(path, LockedFile.open(path, "registry file " + path));
    } catch (IOException e) {
      throw new EmbeddedStartException(
          "registry file " + path + " cannot be opened: " + e + "; choose another one", e);
    }
  }

  /** Registers everything in the file's order, checking that each schema gets its id again. */
  Levels replay(InMemorySchemaRegistry registry) {
    String text = read();
    Map<String, CompatibilityLevel> bySubject = new HashMap<>();
    @Nullable CompatibilityLevel global = null;
    int number = 0;
    int begin = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      number++;
      JsonNode line = parse(text.substring(begin, end), number);
      String subject = line.path("subject").asText();
      if (line.has("schema")) {
        register(registry, subject, line, number);
      } else if (line.has("subject")) {
        bySubject.put(subject, level(line, number));
      } else {
        global = level(line, number);
      }
      begin = end + 1;
    }
    cutOff(text.substring(0, begin));
    return new Levels(global, bySubject);
  }

  private String read() {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {}
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new EmbeddedStartException("registry file " + path + " cannot be read: " + e, e);
    }
  }

  private JsonNode parse(String line, int number) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return node;
      }
      throw wrong(number, "not a JSON object", null);
    } catch (JsonProcessingException e) {
      throw wrong(number, "not JSON", e);
    }
  }

  private void register(
      InMemorySchemaRegistry registry, String subject, JsonNode line, int number) {
    int id;
    try {
      id = registry.register(subject, InMemorySchemaRegistry.parse(line.path("schema").asText()));
    } catch (SchemaRegistryException e) {
      throw wrong(number, String.valueOf(e.getMessage()), e);
    }
    if (id != line.path("id").asInt()) {
      throw wrong(number, "the schema has id " + line.path("id") + ", but would get " + id, null);
    }
  }

  private CompatibilityLevel level(JsonNode line, int number) {
    try {
      return CompatibilityLevel.of(line.path("compatibility").asText());
    } catch (SchemaRegistryException e) {
      throw wrong(number, String.valueOf(e.getMessage()), e);
    }
  }

  private EmbeddedStartException wrong(int line, String what, @Nullable Throwable cause) {
    return new EmbeddedStartException(
        "registry file "
            + path
            + ", line "
            + line
            + ": "
            + what
            + "; restore the file, or remove it"
            + " together with the data that was written with its schemas",
        cause);
  }

  private void cutOff(String complete) {
    try {
      file.truncate(complete.getBytes(StandardCharsets.UTF_8).length);
    } catch (IOException e) {
      throw new EmbeddedStartException("registry file " + path + " cannot be written: " + e, e);
    }
  }

  void registered(String subject, int id, Schema schema) {
    ObjectNode line = JSON.createObjectNode();
    append(line.put("subject", subject).put("id", id).put("schema", schema.toString()));
  }

  void levelSet(@Nullable String subject, CompatibilityLevel level) {
    ObjectNode line = JSON.createObjectNode();
    if (subject != null) {
      line.put("subject", subject);
    }
    append(line.put("compatibility", level.name()));
  }

  /** Once a line is lost, later ones must not follow it: ids would shift at the next start. */
  void requireWritable() {
    if (failure != null) {
      throw new UncheckedIOException(
          "registry file " + path + " could not be written, restart the registry", failure);
    }
  }

  private void append(ObjectNode line) {
    requireWritable();
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      long end = file.size();
      while (bytes.hasRemaining()) {
        end += file.write(bytes, end);
      }
      file.force(false);
    } catch (IOException e) {
      failure = e;
      requireWritable();
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("registry file " + path + " cannot be closed", e);
    }
  }
}
