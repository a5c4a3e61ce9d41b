package io.slipway.broker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultHostsTest {
  private final VaultHosts hosts =
      new VaultHosts(Optional.of(List.of("*.vault.azure.net", "one.example.org")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://My.vault.azure.net",
        "https://one.example.org",
        "https://x.vault.azure.net"
      })
  void shouldAllowWhatIsListed(String vault) {
    assertThat(hosts.allowed(vault)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://vault.azure.net",
        "https://a.b.vault.azure.net",
        "https://evilvault.azure.net",
        "https://my.vault.azure.net.evil.org",
        "https://evil.org/my.vault.azure.net",
        "https://evil.org#.vault.azure.net",
        "https://user@my.vault.azure.net",
        "https://my.vault.azure.net:8443",
        "http://my.vault.azure.net",
        "https://two.example.org",
        "https://my.vault.azure.net/"
      })
  void shouldAllowNothingElse(String vault) {
    assertThat(hosts.allowed(vault)).isEmpty();
  }

  @Test
  void shouldAllowNoneWithoutConfiguration() {
    assertThat(new VaultHosts(Optional.empty()).allowed("https://my.vault.azure.net")).isEmpty();
  }

  @Test
  void shouldAskForTokensForTheVaultsResource() {
    assertThat(VaultHosts.resource("my.vault.azure.net")).isEqualTo("https://vault.azure.net");
  }
}
