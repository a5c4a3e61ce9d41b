package io.slipway.agent.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.log.SecretMasker;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.SecretReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ResolveSecretsTest {
  @TempDir Path folder;

  private final SecretMasker masker = new SecretMasker();

  private static SecretReference secret(String id, String address) {
    return new SecretReference(id, address, null);
  }

  @Test
  void shouldReadVaultsOfTheFolderAndMaskTheirValues() throws Exception {
    Path vault = Files.createDirectories(folder.resolve("my.vault.example"));
    Files.writeString(vault.resolve("pass"), "s3cret-value");
    Files.writeString(vault.resolve("pass.v1"), "0ld-value");
    ResolveSecrets resolve = new ResolveSecrets(List.of(new FolderSecretStore(folder)), masker);

    assertThat(
            resolve.resolve(
                List.of(
                    secret("new", "https://My.vault.example/secrets/pass"),
                    secret("old", "https://my.vault.example/secrets/pass/v1"))))
        .containsEntry("new", "s3cret-value")
        .containsEntry("old", "0ld-value");
    assertThat(masker.mask("a s3cret-value b 0ld-value")).isEqualTo("a *** b ***");
  }

  /** As a Kubernetes secret is mounted: links to the version that counts. */
  @Test
  void shouldReadAMountedSecret() throws Exception {
    Path vault = Files.createDirectories(folder.resolve("my.vault.example"));
    Files.writeString(Files.createDirectory(vault.resolve("..2026_01")).resolve("pass"), "m0unted");
    Files.createSymbolicLink(vault.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(vault.resolve("pass"), Path.of("..data/pass"));
    ResolveSecrets resolve = new ResolveSecrets(List.of(new FolderSecretStore(folder)), masker);

    assertThat(resolve.resolve(List.of(secret("new", "https://my.vault.example/secrets/pass"))))
        .containsEntry("new", "m0unted");
  }

  @Test
  void shouldSayWhichSecretIsNotThere() throws Exception {
    Files.createDirectories(folder.resolve("my.vault.example"));
    ResolveSecrets resolve = new ResolveSecrets(List.of(new FolderSecretStore(folder)), masker);

    assertThatThrownBy(
            () -> resolve.resolve(List.of(secret("x", "https://my.vault.example/secrets/none"))))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "failed to resolve secrets: secret 'x': the vault my.vault.example has no secret"
                + " 'none'");
    assertThatThrownBy(
            () -> resolve.resolve(List.of(secret("y", "https://other.example/secrets/none"))))
        .hasMessageContaining("secret 'y': no secret store has the vault other.example");
    assertThatThrownBy(() -> resolve.resolve(List.of(secret("z", "http://v.example/secrets/a"))))
        .hasMessageContaining("secret 'z': invalid azure keyvault secret URL scheme");
  }

  @Test
  void shouldAskForFiveAtATime() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    SecretStore counting =
        (address, clientId) -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          Thread.sleep(20);
          now.decrementAndGet();
          return Optional.of("value of " + address.name());
        };
    List<SecretReference> twelve =
        IntStream.range(0, 12)
            .mapToObj(i -> secret("s" + i, "https://my.vault.example/secrets/n" + i))
            .toList();

    assertThat(new ResolveSecrets(List.of(counting), masker).resolve(twelve))
        .hasSize(12)
        .containsEntry("s11", "value of n11");
    assertThat(most.get()).isBetween(2, 5);
  }

  @Test
  void shouldNotWaitForAVaultForEver() {
    SecretStore silent =
        (address, clientId) -> {
          Thread.sleep(600_000);
          return Optional.empty();
        };

    assertThatThrownBy(() ->
            new ResolveSecrets(List.of(silent), masker, Duration.ofMillis(50))
                .resolve(List.of(secret("x", "https://my.vault.example/secrets/a"))))
        .hasMessageContaining("secret 'x': timed out");
  }
}
