package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientSecretTest {
  @TempDir Path folder;

  @Test
  void shouldReadTheFileAnewButNotForEachCall() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "a".repeat(32) + "\n");
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    ClientSecret secret = new ClientSecret(file, nanos::get);
    assertThat(secret.text()).isEqualTo("a".repeat(32));

    Files.writeString(file, "b".repeat(64));

    assertThat(secret.text()).as("known").isEqualTo("a".repeat(32));
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(secret.text()).isEqualTo("b".repeat(64));
  }

  @Test
  void rejectsAShortOne() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), " " + "a".repeat(31) + "\n");

    assertThatThrownBy(new ClientSecret(file)::text)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("slipway.client.secret-file " + file)
        .hasMessageNotContaining("aaa");
  }

  @Test
  void shouldNameAFileThatIsMissing() {
    Path file = folder.resolve("none");

    assertThatThrownBy(new ClientSecret(file)::text)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void shouldDeriveAKeyForEachPurpose() throws Exception {
    ClientSecret secret =
        new ClientSecret(Files.writeString(folder.resolve("secret"), "a".repeat(64)));

    assertThat(secret.derive("links")).hasSize(32).isEqualTo(secret.derive("links"));
    assertThat(secret.derive("links")).isNotEqualTo(secret.derive("keys"));
  }
}
