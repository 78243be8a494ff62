package io.clada.embedded;

import com.fasterxml.jackson.databind.util.RawValue;
import io.clada.schemas.registry.CompatibilityLevel;
import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.schemas.registry.RegisteredSchema;
import io.clada.schemas.registry.SchemaRegistryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The part of Confluent's Schema Registry REST API that serializers, deserializers and consoles
 * call: each route and what it answers. Nothing is ever deleted.
 */
final class RegistryApi {
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  /** Answers a request; the arguments are the path's segments where the route has a star. */
  private interface Handler {
    Object answer(RegistryRequest request, List<String> arguments);
  }

  private record Route(String method, List<String> pattern, Handler handler) {
    /** What the stars stand for, if the path fits. */
    Optional<List<String>> match(List<String> path) {
      if (path.size() != pattern.size()) {
        return Optional.empty();
      }
      List<String> arguments = new ArrayList<>();
      for (int i = 0; i < path.size(); i++) {
        if (pattern.get(i).equals("*")) {
          arguments.add(path.get(i));
        } else if (!pattern.get(i).equals(path.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(arguments);
    }
  }

  private final RegistryStore store;
  private final InMemorySchemaRegistry registry;
  private final List<Route> routes = new ArrayList<>();

  RegistryApi(RegistryStore store) {
    this.store = store;
    this.registry = store.registry();

    on("GET", (request, a) -> Map.of());
    on("GET", (request, a) -> List.of("AVRO"), "schemas", "types");
    on("GET", (request, a) -> byId(a), "schemas", "ids", "*");
    on("GET", (request, a) -> raw(registry.schema(id(a.get(0)))), "schemas", "ids", "*", "schema");
    on("GET", (request, a) -> versionsOfId(a), "schemas", "ids", "*", "versions");
    on("GET", (request, a) -> subjectsOfId(a), "schemas", "ids", "*", "subjects");

    on("GET", (request, a) -> subjects(request), "subjects");
    on("POST", this::lookUp, "subjects", "*");
    on("GET", (request, a) -> registry.versions(a.get(0)), "subjects", "*", "versions");
    on("POST", this::register, "subjects", "*", "versions");
    on("GET", (request, a) -> full(version(a)), "subjects", "*", "versions", "*");
    on("GET", (request, a) -> raw(version(a).schema()), "subjects", "*", "versions", "*", "schema");

    on("POST", this::fitsAll, "compatibility", "subjects", "*", "versions");
    on("POST", this::fitsOne, "compatibility", "subjects", "*", "versions", "*");

    on("GET", (request, a) -> level(registry.globalCompatibility()), "config");
    on("PUT", (request, a) -> setGlobalLevel(request), "config");
    on("GET", this::levelOf, "config", "*");
    on("PUT", this::setLevelOf, "config", "*");
    on("GET", (request, a) -> Map.of("mode", "READWRITE"), "mode");
    on("GET", (request, a) -> Map.of("mode", "READWRITE"), "mode", "*");
  }

  private void on(String method, Handler handler, String... pattern) {
    routes.add(new Route(method, List.of(pattern), handler));
  }

  /**
   * What to send back, for Jackson to write.
   *
   * @throws SchemaRegistryException whose code and message are the answer
   */
  Object answer(RegistryRequest request) {
    boolean known = false;
    for (Route route : routes) {
      Optional<List<String>> arguments = route.match(request.path());
      if (arguments.isPresent()) {
        if (route.method().equals(request.method())) {
          return route.handler().answer(request, arguments.get());
        }
        known = true;
      }
    }
    throw known
        ? new SchemaRegistryException(METHOD_NOT_ALLOWED, "HTTP 405 Method Not Allowed")
        : new SchemaRegistryException(NOT_FOUND, "HTTP 404 Not Found");
  }

  private Object byId(List<String> arguments) {
    return Map.of("schema", registry.schema(id(arguments.get(0))).toString());
  }

  private Object versionsOfId(List<String> arguments) {
    return registry.versionsOfId(id(arguments.get(0))).stream()
        .map(v -> Map.of("subject", v.subject(), "version", v.version()))
        .toList();
  }

  private Object subjectsOfId(List<String> arguments) {
    return registry.versionsOfId(id(arguments.get(0))).stream()
        .map(RegisteredSchema::subject)
        .distinct()
        .toList();
  }

  private Object subjects(RegistryRequest request) {
    String prefix = request.query().getOrDefault("subjectPrefix", "");
    return registry.subjects().stream().filter(subject -> subject.startsWith(prefix)).toList();
  }

  private Object register(RegistryRequest request, List<String> arguments) {
    return Map.of("id", store.register(arguments.get(0), request.schema()));
  }

  private Object lookUp(RegistryRequest request, List<String> arguments) {
    return full(registry.lookUp(arguments.get(0), request.schema()));
  }

  private Object fitsAll(RegistryRequest request, List<String> arguments) {
    return verdict(request, registry.incompatibilities(arguments.get(0), request.schema()));
  }

  /** Every schema fits the latest version of a subject that doesn't exist yet. */
  private Object fitsOne(RegistryRequest request, List<String> arguments) {
    Schema schema = request.schema();
    if (isLatest(arguments.get(1)) && !registry.subjects().contains(arguments.get(0))) {
      return verdict(request, List.of());
    }
    int version = version(arguments).version();
    return verdict(request, registry.incompatibilities(arguments.get(0), version, schema));
  }

  private static Object verdict(RegistryRequest request, List<String> problems) {
    Map<String, Object> verdict = new LinkedHashMap<>();
    verdict.put("is_compatible", problems.isEmpty());
    if (request.flag("verbose")) {
      verdict.put("messages", problems);
    }
    return verdict;
  }

  private Object levelOf(RegistryRequest request, List<String> arguments) {
    String subject = arguments.get(0);
    return level(
        request.flag("defaultToGlobal")
            ? registry.compatibility(subject)
            : registry
                .ownCompatibility(subject)
                .orElseThrow(
                    () ->
                        new SchemaRegistryException(
                            SchemaRegistryException.LEVEL_NOT_CONFIGURED,
                            "Subject '"
                                + subject
                                + "' does not have subject-level compatibility configured")));
  }

  private Object setGlobalLevel(RegistryRequest request) {
    CompatibilityLevel level = wantedLevel(request);
    store.setGlobalCompatibility(level);
    return Map.of("compatibility", level.name());
  }

  private Object setLevelOf(RegistryRequest request, List<String> arguments) {
    CompatibilityLevel level = wantedLevel(request);
    store.setCompatibility(arguments.get(0), level);
    return Map.of("compatibility", level.name());
  }

  private static CompatibilityLevel wantedLevel(RegistryRequest request) {
    return CompatibilityLevel.of(request.json().path("compatibility").asText());
  }

  private static Object level(CompatibilityLevel level) {
    return Map.of("compatibilityLevel", level.name());
  }

  private RegisteredSchema version(List<String> arguments) {
    String subject = arguments.get(0);
    String version = arguments.get(1);
    if (isLatest(version)) {
      return registry.latest(subject);
    }
    try {
      return registry.version(subject, Integer.parseInt(version));
    } catch (NumberFormatException e) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_VERSION,
          "The specified version '"
              + version
              + "' is not a valid version id. Use 1 or more, or the string \"latest\".",
          e);
    }
  }

  private static boolean isLatest(String version) {
    return version.equals("latest") || version.equals("-1");
  }

  private static int id(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new SchemaRegistryException(
          SchemaRegistryException.SCHEMA_NOT_FOUND, "Schema " + text + " not found", e);
    }
  }

  private static Object full(RegisteredSchema version) {
    Map<String, Object> full = new LinkedHashMap<>();
    full.put("subject", version.subject());
    full.put("version", version.version());
    full.put("id", version.id());
    full.put("schema", version.schema().toString());
    return full;
  }

  private static Object raw(Schema schema) {
    return new RawValue(schema.toString());
  }
}
