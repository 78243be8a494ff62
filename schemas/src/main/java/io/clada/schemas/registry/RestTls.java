package io.clada.schemas.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** TLS to the registry from key stores of the kinds the JDK reads (PKCS12, JKS). */
final class RestTls {
  private RestTls() {}

  /** Empty: nothing is configured, and the JDK's default holds. */
  static Optional<SSLContext> contextOf(RestConfig config) {
    if (config.prefixed("ssl.truststore.location") == null
        && config.prefixed("ssl.keystore.location") == null) {
      return Optional.empty();
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(config), trustManagers(config), null);
      return Optional.of(context);
    } catch (GeneralSecurityException e) {
      throw new ConfigException("schema.registry.ssl.*: " + e.getMessage());
    }
  }

  // Null stands for the JDK's default.
  private static TrustManager @Nullable [] trustManagers(RestConfig config)
      throws GeneralSecurityException {
    KeyStore store = load(config, "ssl.truststore");
    if (store == null) {
      return null;
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keyManagers(RestConfig config)
      throws GeneralSecurityException {
    KeyStore store = load(config, "ssl.keystore");
    if (store == null) {
      return null;
    }
    String keyPassword = config.prefixed("ssl.key.password");
    String password = keyPassword == null ? config.prefixed("ssl.keystore.password") : keyPassword;
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password == null ? new char[0] : password.toCharArray());
    return factory.getKeyManagers();
  }

  private static @Nullable KeyStore load(RestConfig config, String key)
      throws GeneralSecurityException {
    String location = config.prefixed(key + ".location");
    if (location == null) {
      return null;
    }
    String type = config.prefixed(key + ".type");
    String password = config.prefixed(key + ".password");
    KeyStore store = KeyStore.getInstance(type == null ? KeyStore.getDefaultType() : type);
    try (InputStream in = Files.newInputStream(Path.of(location))) {
      store.load(in, password == null ? null : password.toCharArray());
    } catch (IOException e) {
      throw new ConfigException(
          "schema.registry." + key + ".location", location, "cannot be read: " + e.getMessage());
    }
    return store;
  }
}
