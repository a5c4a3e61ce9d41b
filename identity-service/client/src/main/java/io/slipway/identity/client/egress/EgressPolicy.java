package io.slipway.identity.client.egress;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides which addresses may be connected to for a user: those of the internet, and those that a
 * site's setting opens. Not this machine, link-local addresses (a cloud's metadata service) and
 * private networks, which a user would only reach from where this process is. Pure; who connects
 * asks it after the look-up of a name, about the very address that it connects to.
 */
public final class EgressPolicy {
  private final String setting;
  private final List<OpenedPlace> opened;
  private final Supplier<Set<InetAddress>> own;

  EgressPolicy(String setting, List<OpenedPlace> opened, Supplier<Set<InetAddress>> own) {
    this.setting = setting;
    this.opened = List.copyOf(opened);
    this.own = own;
  }

  /**
   * With what a setting opens.
   *
   * @param setting name of the setting, for whoever is refused
   * @param opened networks ({@code 10.20.0.0/16}), addresses ({@code 10.20.0.7}), and ports of
   *     addresses or of host names ({@code 10.20.0.7:443}, {@code 127.0.0.1:8453-8522}, {@code
   *     registry.corp.example:443})
   * @throws IllegalArgumentException that names the setting and the entry that is none of these
   */
  public static EgressPolicy of(String setting, List<String> opened) {
    EgressPolicy policy = new EgressPolicy(setting, List.of(), OwnAddresses::now);
    return policy.opening(opened);
  }

  /** The same with more that is opened, for example because another setting names it in full. */
  public EgressPolicy opening(List<String> more) {
    List<OpenedPlace> all = new ArrayList<>(opened);
    for (String text : more) {
      if (text.isBlank()) {
        continue;
      }
      try {
        all.add(OpenedPlace.parse(text.strip()));
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(setting + ": " + wrong.getMessage(), wrong);
      }
    }
    return new EgressPolicy(setting, all, own);
  }

  /**
   * Why an address may not be connected to.
   *
   * @param host what the address was looked up by, as its user wrote it
   * @param address what is connected to
   * @return for its user, with the setting that would open it; empty if it is allowed
   */
  public Optional<String> refusal(String host, InetAddress address, int port) {
    List<InetAddress> leadingTo = ClosedNetworks.leadingTo(address);
    if (leadingTo.stream().anyMatch(ClosedNetworks::isOfNoHost)) {
      return Optional.of(named(host, address) + " is not the address of a host");
    }
    for (InetAddress each : leadingTo) {
      boolean mine = own.get().contains(each);
      Optional<String> what =
          mine ? Optional.of("an address of the machine itself") : ClosedNetworks.of(each);
      if (what.isPresent() && !isOpened(host, each, port, mine)) {
        return Optional.of(
            "%s is %s, which is closed to users; %s=%s would open it"
                .formatted(named(host, address), what.get(), setting, entry(each, port)));
      }
    }
    return Optional.empty();
  }

  /** Whether an address is one of the internet, so that it is open without any setting. */
  public boolean isInternet(InetAddress address) {
    return ClosedNetworks.leadingTo(address).stream()
        .noneMatch(each ->
            ClosedNetworks.isOfNoHost(each)
                || own.get().contains(each)
                || ClosedNetworks.of(each).isPresent());
  }

  private boolean isOpened(String host, InetAddress address, int port, boolean mine) {
    return opened.stream()
        .anyMatch(place -> place.opens(host, address, port) && (!mine || place.isOneHost()));
  }

  private static String named(String host, InetAddress address) {
    String text = address.getHostAddress();
    return host.isEmpty() || host.equals(text) ? text : host + " (" + text + ")";
  }

  private static String entry(InetAddress address, int port) {
    String text = address.getHostAddress();
    return (text.indexOf(':') >= 0 ? "[" + text + "]" : text) + ":" + port;
  }

  /**
   * The same policy for a network of IPv4 whose borders are routes.
   *
   * @param closed networks, as {@code 10.0.0.0/8}
   * @param opened networks in them that are open, also where they are the same ones
   * @param ports ports in them that are open, for TCP
   */
  public record Routes(List<String> closed, List<String> opened, List<OpenPorts> ports) {}

  /**
   * Ports that are open.
   *
   * @param address as {@code 10.20.0.7}
   */
  public record OpenPorts(String address, int first, int last) {}

  /**
   * The borders of a network whose members have a loopback of their own. What is opened by a host's
   * name is not open there, because routes know addresses alone, and this machine's loopback is
   * never.
   */
  public Routes routes() {
    List<String> closed = new ArrayList<>();
    ClosedNetworks.four().forEach(network -> closed.add(network.toString()));
    own.get().stream()
        .map(Network::of)
        .filter(Network::isFour)
        .forEach(network -> closed.add(network.toString()));
    List<String> open = new ArrayList<>();
    List<OpenPorts> ports = new ArrayList<>();
    for (OpenedPlace place : opened) {
      Network network = place.network();
      if (network == null || !network.isFour() || network.address().isLoopbackAddress()) {
        continue;
      }
      if (place.hasAllPorts()) {
        open.add(network.toString());
      } else {
        ports.add(
            new OpenPorts(network.address().getHostAddress(), place.firstPort(), place.lastPort()));
      }
    }
    return new Routes(closed, open, ports);
  }
}
