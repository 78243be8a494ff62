package io.clada.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clada.embedded.EmbeddedKafka;
import io.clada.embedded.RegistryServer;
import io.clada.embedded.Security;
import io.clada.schemas.topics.Topics;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.SecurityUtils;

/**
 * A broker that asks for passwords or certificates, with a user per role who has the rights of
 * {@code deploy/acls.csv} and no other, and one without any. Topics are there; those of another
 * prefix, too.
 */
final class SecuredCluster implements AutoCloseable {
  static final String ADMIN = "admin";
  static final String STRANGER = "stranger";

  /** Logs in by certificate, and has a consumer's rights. */
  static final String BY_CERTIFICATE = "reader";

  static final Topics TOPICS = new Topics("stories");
  static final Topics OTHERS = new Topics("letters");

  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\""
          + " password=\"%s\";";
  private static final int SCRAM_ITERATIONS = 4096;

  private final Path folder;
  private final Path trusted;
  private final Path certificate;
  private final EmbeddedKafka kafka;
  private final RegistryServer registry = RegistryServer.start(0);

  private SecuredCluster(Path folder) throws Exception {
    this.folder = folder;
    Certificates certificates = new Certificates(folder);
    trusted = certificates.trusted();
    certificate = certificates.issue(BY_CERTIFICATE);
    kafka =
        EmbeddedKafka.start(
            EmbeddedKafka.Options.secured(
                new Security(
                    certificates.issue("broker"), Certificates.PASSWORD, ADMIN, password(ADMIN))));
  }

  static SecuredCluster start(Path folder) throws Exception {
    SecuredCluster cluster = new SecuredCluster(folder);
    List<String> users = new ArrayList<>(roles());
    users.add(STRANGER);
    try (Admin admin = Admin.create(Settings.asMap(cluster.properties(ADMIN)))) {
      admin.createTopics(TOPICS.catalogue(1, (short) 1)).all().get();
      admin.createTopics(OTHERS.catalogue(1, (short) 1)).all().get();
      admin
          .alterUserScramCredentials(users.stream().map(SecuredCluster::credential).toList())
          .all()
          .get();
      admin.createAcls(acls()).all().get();
    }
    return cluster;
  }

  static String password(String user) {
    return "secret-of-" + user;
  }

  /** As they stand in the file, each once. */
  static List<String> roles() throws IOException {
    return lines().stream().map(line -> line.get("role")).distinct().toList();
  }

  private static List<Map<String, String>> lines() throws IOException {
    List<String> lines = Files.readAllLines(TestConsole.HOME.resolve("deploy/acls.csv"));
    String[] header = lines.get(0).split(",", -1);
    return lines.stream()
        .skip(1)
        .map(
            line -> {
              Map<String, String> fields = new HashMap<>();
              String[] cells = line.split(",", -1);
              for (int i = 0; i < header.length; i++) {
                fields.put(header[i], cells[i]);
              }
              return fields;
            })
        .toList();
  }

  private static Collection<AclBinding> acls() throws IOException {
    List<AclBinding> acls = new ArrayList<>();
    for (Map<String, String> line : lines()) {
      acls.add(acl(line, line.get("role")));
      if (line.get("role").equals("consumer")) {
        acls.add(acl(line, "CN=" + BY_CERTIFICATE));
      }
    }
    return acls;
  }

  private static AclBinding acl(Map<String, String> line, String user) {
    String name =
        line.get("name")
            .replace("<prefix>", "stories")
            .replace("<worker-app>", "stories-worker")
            .replace("<topology-app>", "stories-topology");
    ResourceType type = SecurityUtils.resourceType(line.get("resource_type"));
    PatternType pattern = PatternType.valueOf(line.get("pattern").toUpperCase(Locale.ROOT));
    AclOperation operation = SecurityUtils.operation(line.get("operation"));
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  private static UserScramCredentialAlteration credential(String user) {
    return new UserScramCredentialUpsertion(
        user,
        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS),
        password(user));
  }

  /** How a user who logs in with the right password reaches broker and registry. */
  Properties properties(String user) {
    return properties(user, password(user));
  }

  Properties properties(String user, String password) {
    Properties properties = encrypted(SecurityProtocol.SASL_SSL);
    properties.setProperty("sasl.mechanism", "SCRAM-SHA-512");
    properties.setProperty("sasl.jaas.config", LOGIN.formatted(user, password));
    return properties;
  }

  /** With a certificate instead of a password. */
  Properties byCertificate() {
    Properties properties = withoutCertificate();
    properties.setProperty("ssl.keystore.type", "PKCS12");
    properties.setProperty("ssl.keystore.location", certificate.toString());
    properties.setProperty("ssl.keystore.password", Certificates.PASSWORD);
    return properties;
  }

  Properties withoutCertificate() {
    return encrypted(SecurityProtocol.SSL);
  }

  /** Nothing is asked there: whoever comes is anonymous. */
  Properties plain() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", kafka.bootstrapServers());
    properties.setProperty("schema.registry.url", registry.url());
    properties.setProperty("clada.topic.prefix", "stories");
    return properties;
  }

  private Properties encrypted(SecurityProtocol protocol) {
    Properties properties = plain();
    properties.setProperty("bootstrap.servers", kafka.bootstrapServers(protocol));
    properties.setProperty("security.protocol", protocol.name());
    properties.setProperty("ssl.truststore.type", "PKCS12");
    properties.setProperty("ssl.truststore.location", trusted.toString());
    properties.setProperty("ssl.truststore.password", Certificates.PASSWORD);
    return properties;
  }

  /** A file for {@code --config} that names the password's file instead of the password. */
  Path configFile(String user, String... lines) throws IOException {
    Path secrets = folder.resolve(user + ".secrets");
    Files.writeString(
        secrets, "login=" + password(user) + "\ntrust=" + Certificates.PASSWORD + "\n");
    Properties properties = properties(user, "${file:" + secrets + ":login}");
    properties.setProperty("ssl.truststore.password", "${file:" + secrets + ":trust}");
    for (String line : lines) {
      int equals = line.indexOf('=');
      properties.setProperty(line.substring(0, equals), line.substring(equals + 1));
    }
    Path file = folder.resolve(user + ".properties");
    try (Writer writer = Files.newBufferedWriter(file, UTF_8)) {
      properties.store(writer, null);
    }
    return file;
  }

  @Override
  public void close() {
    kafka.close();
    registry.close();
  }
}
