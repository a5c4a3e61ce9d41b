package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.taskfile.Refusal;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextHostsTest {
  /** The metadata service of clouds in another notation. Nothing is sent there, or anywhere. */
  private static final String LINK_LOCAL = "2852039166";

  private final ContextHosts strict = hosts();

  private static ContextHosts hosts(String... opened) {
    return new ContextHosts(EgressPolicy.of("slipway.agent.open-networks", List.of(opened)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.9.1",
        "::1",
        "::ffff:127.0.0.1",
        "0.0.0.0",
        "::",
        LINK_LOCAL,
        "::ffff:a9fe:a9fe",
        "fe80::1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "0.1.2.3",
        "fc00::1",
        "fd12:3456::1",
        "64:ff9b::7f00:1",
        "224.0.0.1",
        "localhost",
        "2130706433",
        "127.1"
      })
  void rejectsTheMachineAndItsNetworks(String host) {
    assertThatThrownBy(() -> strict.allowed(host, 443))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111"})
  void shouldAllowTheInternet(String host) throws Exception {
    assertThat(strict.allowed(host, 443)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "fd12:3456::1"})
  void shouldAllowWhatTheAgentsSettingsAllow(String host) throws Exception {
    assertThat(hosts("127.0.0.1:443", "10.1.0.0/16", "fd12:3456::1").allowed(host, 443)).hasSize(1);
  }

  /** What one program reads as an address of the internet, and another as the machine's own. */
  @ParameterizedTest
  @ValueSource(strings = {"0177.0.0.1", "0x7f.0.0.1", "127.0.0.1.", "93.184.8738", "localhost."})
  void rejectsNotationsThatProgramsReadDifferently(String host) {
    assertThatThrownBy(() -> hosts("127.0.0.0/8").allowed(host, 443))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("usual form");
  }
}
