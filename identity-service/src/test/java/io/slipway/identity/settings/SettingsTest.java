package io.slipway.identity.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static Settings withVault(String resource) {
    return new Settings(
        "https://localhost:8443/adfs",
        "https://localhost:8443/",
        "tenant",
        "subscription",
        Path.of("clients"),
        Path.of("keyset"),
        Duration.ofDays(30),
        Duration.ofHours(2),
        Optional.of(List.of(resource)));
  }

  @Test
  void shouldTakeKeyVaults() {
    assertThat(withVault("https://vault.azure.net").vaultResources())
        .containsExactly("https://vault.azure.net");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slipway-internal",
        "slipway-run",
        "https://containerregistry.azure.net",
        "https://containerregistry.azure.net/"
      })
  void rejectsAudiencesThatOpenSomethingElse(String resource) {
    assertThatThrownBy(() -> withVault(resource))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("slipway.identity.vault-resources");
  }
}
