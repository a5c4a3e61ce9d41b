package io.slipway.identity.client.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decides only: nothing is ever sent to one of these addresses. */
class EgressPolicyTest {
  private static final String OWN = "93.184.216.99";

  private static EgressPolicy policy(String... opened) {
    return new EgressPolicy("the.setting", List.of(), () -> Set.of(address(OWN)))
        .opening(List.of(opened));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (IOException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private static Optional<String> refusal(EgressPolicy policy, String address) {
    return policy.refusal("registry.example", address(address), 443);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.255",
        "::1",
        "::127.0.0.1",
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "febf::1",
        "fd00:ec2::254",
        "fc00::1",
        "fdff::1",
        "fec0::1",
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "198.18.0.1",
        "198.19.255.255",
        "192.88.99.1",
        "240.0.0.1",
        "100::1",
        "2001:2::1",
        "::ffff:10.1.2.3",
        "::10.1.2.3",
        "::ffff:0:10.1.2.3",
        "64:ff9b::10.1.2.3",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "2002:a9fe:a9fe::1",
        "2002:0a01:0203::1",
        "2001:0:a01:203::1",
        "2001:0:5db8:d822::5601:5601",
        "2606:4700::5efe:10.1.2.3",
        "2606:4700::200:5efe:169.254.169.254",
        OWN,
        "64:ff9b::93.184.216.99"
      })
  void rejectsWhatIsNotTheInternet(String closed) {
    assertThat(refusal(policy(), closed).orElseThrow())
        .contains("registry.example", "which is closed to users; the.setting=", ":443");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93.184.216.34",
        "9.255.255.255",
        "11.0.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "169.253.0.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "203.0.113.7",
        "2606:4700::1111",
        "64:ff9b::93.184.216.34",
        "2002:5db8:d822::1",
        "2001:4860:4860::8888"
      })
  void shouldAllowTheInternet(String open) {
    assertThat(refusal(policy(), open)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "ff02::1",
        "64:ff9b::0.0.0.0",
        "2002:e000:0001::1"
      })
  void rejectsAddressesOfNoHostWhateverIsOpened(String none) {
    EgressPolicy open = policy("240.0.0.0/8", "fc00::/7", "registry.example:443", "10.0.0.0/8");
    assertThat(refusal(open, none).orElseThrow()).endsWith("is not the address of a host");
  }

  @ParameterizedTest
  @CsvSource({
    "10.20.0.0/16, 10.20.255.1, true",
    "10.20.0.0/16, 10.21.0.1, false",
    "10.20.0.0/16, ::ffff:10.20.0.1, true",
    "10.20.0.0/16, 64:ff9b::10.20.0.1, true",
    "169.254.169.254, 169.254.169.254, true",
    "169.254.169.254, 169.254.169.253, false",
    "10.20.0.7:443, 10.20.0.7, true",
    "10.20.0.7:444, 10.20.0.7, false",
    "10.20.0.7:440-450, 10.20.0.7, true",
    "[fd00::7]:443, fd00::7, true",
    "fd00::/8, fd12::1, true",
    "fd00::/8, fc00::1, false",
    "Registry.Example:443, 10.20.0.7, true",
    "registry.example:5000, 10.20.0.7, false",
    "other.example:443, 10.20.0.7, false",
    "registry.example:443, 169.254.169.254, true",
    "93.184.0.0/16, 93.184.216.99, false",
    "93.184.216.99, 93.184.216.99, true",
    "93.184.216.99:443, 93.184.216.99, true"
  })
  void shouldOpenWhatTheSettingNames(String opened, String address, boolean open) {
    assertThat(refusal(policy(opened), address).isEmpty()).isEqualTo(open);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0/0",
        "::/0",
        "10.0.0.0/33",
        "10.1.0.0/8",
        "10.0.0.0/8:443",
        "registry.example",
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "10.0.0.1:9-8",
        "10.0.0.1:a",
        "fd00::1:g",
        "127.1:80",
        "0x7f.1:80",
        "[10.0.0.1]:80",
        "[registry.example]:80",
        "https://registry.example:443",
        "0.0.0.0",
        "224.0.0.0/8",
        "a b:80",
        "*.example:443",
        ":443",
        "10.0.0.0/",
        "010.0.0.1"
      })
  void rejectsWhatOpensNothingByTheSettingsName(String wrong) {
    assertThatThrownBy(() -> policy(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the.setting: '" + wrong + "'");
  }

  @Test
  void shouldGiveTheSameBordersAsRoutes() {
    EgressPolicy.Routes routes =
        policy("10.20.0.0/16", "10.30.0.7:443", "127.0.0.1", "a.example:1", "fd00::/8").routes();

    assertThat(routes.closed())
        .contains("10.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "198.18.0.0/15", OWN + "/32")
        .allSatisfy(network -> assertThat(Network.parse(network)).isPresent());
    assertThat(routes.opened()).containsExactly("10.20.0.0/16");
    assertThat(routes.ports()).containsExactly(new EgressPolicy.OpenPorts("10.30.0.7", 443, 443));
  }

  @Test
  void shouldKnowTheMachinesOwnAddresses() {
    EgressPolicy real = EgressPolicy.of("the.setting", List.of());

    assertThat(OwnAddresses.now())
        .allSatisfy(own -> assertThat(real.refusal("", own, 443)).isPresent());
  }

  @Test
  void shouldConnectNowhereElse() throws Exception {
    try (EgressSocket socket = new EgressSocket(policy())) {
      assertThatThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.1", 1)))
          .isInstanceOf(EgressRefusedException.class)
          .hasMessageContaining("the.setting=127.0.0.1:1");
      assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("a.example", 1)))
          .isInstanceOf(IOException.class);
    }
  }

  /** The one address of the two that is open, so that nobody connects to the other. */
  @Test
  void shouldGiveOnlyTheAddressesThatAreAllowed() throws Exception {
    List<InetAddress> all = Arrays.asList(InetAddress.getAllByName("localhost"));
    assertThat(AllowedAddresses.of(policy("127.0.0.1"), "localhost", 80))
        .isSubsetOf(all)
        .containsExactly(address("127.0.0.1"));
    assertThatThrownBy(() -> AllowedAddresses.of(policy(), "localhost", 80))
        .isInstanceOf(EgressRefusedException.class);
  }
}
