package io.slipway.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import io.slipway.identity.client.jwt.TokenAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysetTest {
  @TempDir Path folder;

  @Test
  void shouldBeMadeOnceAndForTheOwnerOnly() throws Exception {
    Path file = folder.resolve("deep/keyset.json");
    byte[] secret = Keyset.open(file, true).encrypt(new byte[] {1}, new byte[0]);

    assertThat(Keyset.open(file, true).decrypt(secret, new byte[0])).containsExactly(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void rejectsAMissingOneWhereKeysAreEncrypted() {
    assertThatThrownBy(() -> Keyset.open(folder.resolve("none.json"), false))
        .hasMessageContaining("none.json")
        .hasMessageContaining("bring the file back");
  }

  @Test
  void rejectsAFileThatIsNone() throws Exception {
    Path file = Files.writeString(folder.resolve("x.json"), "{}");
    assertThatThrownBy(() -> Keyset.open(file, true)).hasMessageContaining("not an AEAD keyset");
  }

  @Test
  void rejectsAKeyUnderAnotherKeyset() {
    Aead one = Keyset.open(folder.resolve("one.json"), true);
    Aead other = Keyset.open(folder.resolve("other.json"), true);
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    SigningKeyEntity row =
        new SigningKeyFactory(one, new SecureRandom()).create(TokenAlgorithm.ES256, now, now);

    assertThatThrownBy(() -> new SigningKeyFactory(other, new SecureRandom()).read(row))
        .hasMessageContaining("keyset-file");
  }

  @Test
  void rejectsAPrivateKeyOfAnotherRow() {
    SigningKeyFactory factory =
        new SigningKeyFactory(Keyset.open(folder.resolve("one.json"), true), new SecureRandom());
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    SigningKeyEntity mine = factory.create(TokenAlgorithm.ES256, now, now);
    SigningKeyEntity other = factory.create(TokenAlgorithm.ES256, now, now);
    mine.privateKey = other.privateKey;

    assertThatThrownBy(() -> factory.read(mine)).isInstanceOf(IllegalStateException.class);
  }
}
