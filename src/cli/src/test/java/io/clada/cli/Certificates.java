package io.clada.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An authority of a test's own, and what it signs, as PKCS12 files. */
final class Certificates {
  static final String PASSWORD = "store-password-of-the-test";

  private static final String AUTHORITY = "authority";

  private final Path folder;
  private final Path all;

  Certificates(Path folder) throws Exception {
    this.folder = folder;
    all = folder.resolve("all.p12");
    generate(AUTHORITY, "-ext", "bc:c");
  }

  /** A key and its certificate, for this computer, in a file that also trusts the authority. */
  Path issue(String name) throws Exception {
    generate(name, "-signer", AUTHORITY, "-ext", "SAN=dns:localhost,ip:127.0.0.1");
    return store(name, true);
  }

  /** The authority alone: what a client needs to know its broker. */
  Path trusted() throws Exception {
    return store("trusted", false);
  }

  private Path store(String name, boolean withKey) throws GeneralSecurityException, IOException {
    KeyStore from = load();
    KeyStore into = KeyStore.getInstance("PKCS12");
    into.load(null, null);
    into.setCertificateEntry(AUTHORITY, from.getCertificate(AUTHORITY));
    char[] password = PASSWORD.toCharArray();
    if (withKey) {
      into.setKeyEntry(name, from.getKey(name, password), password, from.getCertificateChain(name));
    }
    Path file = folder.resolve(name + ".p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      into.store(out, password);
    }
    return file;
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(all)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private void generate(String name, String... more) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                all.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(Arrays.asList(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
  }
}
