package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script at the root, in a checkout of its own with a java and a mvn that only talk. */
final class LauncherTest {
  @TempDir private Path folder;
  private Path root;
  private Path jdk;
  private Path maven;

  record Result(int code, String output) {}

  @BeforeEach
  void checkout() throws IOException {
    root = Files.createDirectories(folder.resolve("a checkout"));
    Files.copy(TestConsole.HOME.resolve("clada"), root.resolve("clada"));
    Files.createDirectories(root.resolve("src/cli/src/main"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    jdk = folder.resolve("jdk");
    java("21.0.1");
    maven = Files.createDirectories(folder.resolve("maven"));
    mvn("3.9.1", "exit 0");
  }

  @Test
  void runsWhatIsBuiltAlsoThroughALink() throws Exception {
    built();
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a checkout/clada"));

    Result result = launch(link, "generate", "--prompt", "two words");

    assertThat(result.code()).isZero();
    assertThat(result.output())
        .contains("<-Dclada.home=" + root.toRealPath() + ">")
        .contains("<-Dclada.terminal=false>")
        .contains("clada-cli-1.jar:" + root.toRealPath() + "/src/cli/target/lib/a.jar>")
        .endsWith("<io.clada.cli.Clada><generate><--prompt><two words>\n")
        .doesNotContain("Building");
  }

  @Test
  void buildsOnFirstUseAndAgainWhenASourceIsNewer() throws Exception {
    mvn("3.9.1", "printf '@LIB@/a.jar' >\"$(dirname \"$4\")/src/cli/target/classpath.txt\"");

    assertThat(launch("--version").output()).startsWith("Building CLADA on first use");
    assertThat(launch("--version").output()).doesNotContain("Building");

    Path source = Files.writeString(root.resolve("src/cli/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(launch("--version").output())
        .startsWith("Building CLADA again")
        .contains("src/cli/src/main");
    assertThat(root.resolve("src/cli/target/build.lock")).doesNotExist();
  }

  @Test
  void aFailedBuildShowsItsLog() throws Exception {
    mvn("3.9.1", "echo 'cannot find symbol'; exit 1");

    Result result = launch("--version");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output()).contains("cannot find symbol", "clada: the build failed");
    assertThat(root.resolve("src/cli/target/build.lock")).doesNotExist();
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    built();
    assertThat(launch(root.resolve("clada"), Map.of("JAVA_HOME", "/nowhere")).output())
        .isEqualTo("clada: JAVA_HOME is /nowhere, but there is no bin/java in it\n");
    java("11.0.2");
    assertThat(launch("--version").output()).contains("is Java 11: JDK 17 or later is needed");
  }

  @Test
  void refusesAnOldMaven() throws Exception {
    mvn("3.6.3", "exit 0");

    Result result = launch("--version");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output())
        .isEqualTo("clada: Maven 3.6.3 is too old: 3.8 or later is needed\n");
  }

  private void built() throws IOException {
    Path target = Files.createDirectories(root.resolve("src/cli/target"));
    Files.writeString(target.resolve("clada-cli-1.jar"), "");
    Path marker = Files.writeString(target.resolve("classpath.txt"), "@LIB@/a.jar");
    Files.setLastModifiedTime(marker, FileTime.from(Instant.now().plusSeconds(2)));
  }

  private void java(String version) throws IOException {
    script(
        Files.createDirectories(jdk.resolve("bin")).resolve("java"),
        "if [ \"$1\" = -version ]; then echo 'openjdk version \""
            + version
            + "\"' >&2; exit; fi\n"
            + "printf '<%s>' \"$@\"; echo\n");
  }

  private void mvn(String version, String build) throws IOException {
    script(
        maven.resolve("mvn"),
        "if [ \"$1\" = -v ]; then echo 'Apache Maven " + version + " (x)'; exit; fi\n" + build);
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result launch(String... args) throws Exception {
    return launch(root.resolve("clada"), args);
  }

  private Result launch(Path launcher, String... args) throws Exception {
    return launch(launcher, Map.of(), args);
  }

  private Result launch(Path launcher, Map<String, String> env, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("PATH", maven + ":" + System.getenv("PATH"));
    builder.environment().remove("CLADA_NO_BUILD");
    builder.environment().putAll(env);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
