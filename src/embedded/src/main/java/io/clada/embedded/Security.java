package io.clada.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes a broker ask who is there, and allow nothing to anybody that no ACL allows. Beside the
 * plain listener, where everybody is {@code User:ANONYMOUS}, it gets one of TLS, for clients with a
 * certificate that it trusts, and one of TLS where users log in with SCRAM-SHA-512. Broker and
 * controller know each other by the broker's certificate.
 *
 * @param keyStore PKCS12: the broker's key, its certificate for 127.0.0.1, and whom else it trusts
 * @param keyStorePassword of the store and of the key
 * @param admin user who may do everything, such as making other users and ACLs
 */
public record Security(Path keyStore, String keyStorePassword, String admin, String adminPassword) {
  static final String SSL = "SSL";
  static final String SASL_SSL = "SASL_SSL";

  /** How Kafka's own formatter takes the first user. */
  String scramArgument() {
    return "SCRAM-SHA-512=[name=" + admin + ",password=" + adminPassword + "]";
  }

  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    for (String store : new String[] {"keystore", "truststore"}) {
      settings.put("ssl." + store + ".type", "PKCS12");
      settings.put("ssl." + store + ".location", keyStore.toString());
      settings.put("ssl." + store + ".password", keyStorePassword);
    }
    settings.put("ssl.key.password", keyStorePassword);
    settings.put("listener.name.controller.ssl.client.auth", "required");
    settings.put("listener.name.ssl.ssl.client.auth", "required");
    settings.put("inter.broker.listener.name", SSL);
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put(
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:" + admin + ";User:" + brokersName());
    return settings;
  }

  private String brokersName() {
    try (InputStream in = Files.newInputStream(keyStore)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, keyStorePassword.toCharArray());
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          return certificate.getSubjectX500Principal().getName();
        }
      }
      throw new EmbeddedStartException("key store " + keyStore + " holds no key", null);
    } catch (IOException | GeneralSecurityException e) {
      throw new EmbeddedStartException(
          "key store " + keyStore + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Without passwords. */
  @Override
  public String toString() {
    return "Security[keyStore=" + keyStore + ", admin=" + admin + "]";
  }
}
