package io.clada.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and for whom a gateway listens.
 *
 * @param host address that is bound
 * @param port 0: any that is free
 * @param keys file of those who may use it, see {@link ApiKeys}; null: no key is asked for
 * @param open whether it may listen beyond this computer without keys
 * @param models names to list besides those that the fleet's own topics tell
 * @param operators where metrics are served to those who have no key, besides; null: nowhere
 * @param limits on what a client can take
 */
public record GatewaySettings(
    String host,
    int port,
    @Nullable Path keys,
    boolean open,
    List<String> models,
    @Nullable InetSocketAddress operators,
    GatewayLimits limits) {

  /**
   * @throws GatewayException if everybody on the network could use it
   */
  public GatewaySettings {
    models = List.copyOf(models);
    if (keys == null && !open && !isLoopback(host)) {
      throw new GatewayException(
          host
              + " can be reached from other computers, and no key would be asked for: name a file"
              + " of API keys with --keys, or say --allow-anonymous");
    }
  }

  /** On this computer alone, without keys. */
  public static GatewaySettings loopback(int port) {
    return new GatewaySettings(
        "127.0.0.1", port, null, false, List.of(), null, GatewayLimits.DEFAULT);
  }

  /** The same, listing these models. */
  public GatewaySettings withModels(List<String> names) {
    return new GatewaySettings(host, port, keys, open, names, operators, limits);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new GatewayException("the host " + host + " to listen on is not known", e);
    }
  }
}
