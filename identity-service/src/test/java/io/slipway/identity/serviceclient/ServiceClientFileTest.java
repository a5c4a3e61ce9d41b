package io.slipway.identity.serviceclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceClientFileTest {
  private static final String SECRET = "0123456789abcdef".repeat(4);
  @TempDir Path folder;

  @Test
  void shouldReadSecretFilesOnly() throws Exception {
    Files.writeString(folder.resolve("slipway-task-api.secret"), SECRET + "\n");
    Files.writeString(folder.resolve("keyset.json"), "{}");

    assertThat(ServiceClientFile.readAll(folder))
        .singleElement()
        .satisfies(client -> {
          assertThat(client.clientId()).isEqualTo("slipway-task-api");
          assertThat(SecretHash.matches(SECRET, client.secretHash())).isTrue();
          assertThat(SecretHash.matches(SECRET + "0", client.secretHash())).isFalse();
        });
    assertThat(SecretHash.matches(SECRET, null)).isFalse();
  }

  @Test
  void rejectsAWeakSecretWithoutShowingIt() throws Exception {
    Files.writeString(folder.resolve("a.secret"), "hunter2");

    assertThatThrownBy(() -> ServiceClientFile.readAll(folder))
        .hasMessageContaining("a.secret")
        .hasMessageContaining("256 random bits")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void rejectsAMissingFolder() {
    assertThatThrownBy(() -> ServiceClientFile.readAll(folder.resolve("none")))
        .hasMessageContaining("slipway.identity.clients-dir");
  }
}
