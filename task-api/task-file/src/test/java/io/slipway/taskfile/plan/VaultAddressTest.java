package io.slipway.taskfile.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultAddressTest {
  @Test
  void shouldReadNameAndVersion() throws Refusal {
    VaultAddress address =
        VaultAddress.parse("https://Test.vault-int.azure-int.net/secrets/MySecret/v1/");

    assertThat(address)
        .isEqualTo(new VaultAddress("test.vault-int.azure-int.net", "mysecret", "v1"));
    assertThat(address.resource()).isEqualTo("https://vault-int.azure-int.net");
    assertThat(address.vault()).isEqualTo("https://test.vault-int.azure-int.net");
  }

  @Test
  void shouldMeanTheNewestVersionWithoutOne() throws Refusal {
    assertThat(VaultAddress.parse("https://t.vault.azure.cn/secrets/s").version()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'',missing azure keyvault URL",
    "https://tee,Bad number of URL segments: 1",
    "https://t.vault.azure.net/secrets/a/b/latest,Bad number of URL segments: 5",
    "https://t.vault.azure.net/secrets/a//b,Bad number of URL segments: 5",
    "tcp://t.vault.azure.net/secrets/a/b,scheme. Expected Https",
    "/secrets/a/b,scheme. Expected Https"
  })
  void shouldRefuseInTheWordsOfTheOriginal(String text, String words) {
    assertThatThrownBy(() -> VaultAddress.parse(text)).hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://vault/secrets/a",
        "https://t.vault.azure.net/keys/a",
        "https://t.vault.azure.net:8443/secrets/a",
        "https://user:pw@t.vault.azure.net/secrets/a",
        "https://t.vault.azure.net/secrets/a?x=1",
        "https://t.vault.azure.net/secrets/..%2f..",
        "https://t.vault.azure.net/secrets/..",
        "https://127.0.0.1/secrets/a b"
      })
  void shouldRefuseWhatIsNoAddressOfASecret(String text) {
    assertThatThrownBy(() -> VaultAddress.parse(text)).isInstanceOf(Refusal.class);
  }
}
