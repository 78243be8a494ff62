package io.clada.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.worker.state.Attempt;
import io.clada.worker.state.StoredRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.avro.Schema;
import org.apache.avro.compiler.specific.SpecificCompiler;
import org.apache.avro.generic.GenericData.StringType;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the next version of this worker will be: records of the state with a field more, and today's
 * schemas as their history. Made as a developer would make it, with Avro's compiler and Java's.
 */
final class NextVersion {
  /** A field that today's version knows nothing of. */
  static final String FIELD = "of_the_next_version";

  private static final List<Class<? extends SpecificRecord>> CHANGED =
      List.of(StoredRequest.class, Attempt.class);

  private NextVersion() {}

  /**
   * To be put before today's class path.
   *
   * @param folder to work in
   */
  static Path make(Path folder) throws IOException {
    Path sources = folder.resolve("sources");
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path history = Files.createDirectories(classes.resolve("io/clada/worker/state"));
    for (Class<? extends SpecificRecord> type : CHANGED) {
      Schema today = SpecificData.get().getSchema(type);
      Files.writeString(history.resolve(type.getSimpleName() + ".v1.avsc"), today.toString());
      SpecificCompiler compiler = new SpecificCompiler(next(today));
      compiler.setStringType(StringType.String);
      compiler.compileToDestination(null, sources.toFile());
    }
    compile(sources, classes);
    return classes;
  }

  private static Schema next(Schema today) throws IOException {
    ObjectNode schema = (ObjectNode) new ObjectMapper().readTree(today.toString());
    schema.withArray("fields").addObject().put("name", FIELD).put("type", "int").put("default", 7);
    return new Schema.Parser().parse(schema.toString());
  }

  private static void compile(Path sources, Path classes) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-nowarn", "-proc:none", "-d", classes.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.walk(sources)) {
      files.filter(Files::isRegularFile).map(Path::toString).forEach(arguments::add);
    }
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (code != 0) {
      throw new AssertionError("the next version does not compile");
    }
  }
}
