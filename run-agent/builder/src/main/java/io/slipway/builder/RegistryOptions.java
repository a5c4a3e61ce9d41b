package io.slipway.builder;

import io.slipway.identity.client.egress.EgressPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How registries are reached.
 *
 * @param authorities PEM files with certificates that are trusted besides the JDK's
 * @param mirrors where pulls of a registry go instead, as {@code https://host:port}, by the
 *     registry as in names of images ({@code docker.io}); {@code http://} on this machine only
 * @param plainHttp registries of this machine that are called without TLS, as {@code
 *     127.0.0.1:5000}
 * @param egress which other addresses may be connected to; mirrors and what is called without TLS
 *     are named in full here, and so are open
 */
public record RegistryOptions(
    List<Path> authorities, Map<String, URI> mirrors, Set<String> plainHttp, EgressPolicy egress) {
  /** The internet alone. */
  public static final EgressPolicy INTERNET =
      EgressPolicy.of("slipway.agent.open-networks", List.of());

  /** The JDK's certificates, no mirrors, TLS everywhere. */
  public static final RegistryOptions NONE =
      new RegistryOptions(List.of(), Map.of(), Set.of(), INTERNET);

  private static final List<String> PRIVATE =
      List.of("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");

  public RegistryOptions {
    authorities = List.copyOf(authorities);
    mirrors = Map.copyOf(mirrors);
    plainHttp = Set.copyOf(plainHttp);
  }

  /** TLS everywhere, private networks too: whoever calls is at his own machine. */
  public static RegistryOptions ofAPerson(List<Path> authorities) {
    return new RegistryOptions(
        authorities, Map.of(), Set.of(), EgressPolicy.of("the network of this machine", PRIVATE));
  }

  /** TLS everywhere but to one registry of this machine. */
  public static RegistryOptions plain(String hostAndPort) {
    return new RegistryOptions(List.of(), Map.of(), Set.of(hostAndPort), INTERNET);
  }
}
