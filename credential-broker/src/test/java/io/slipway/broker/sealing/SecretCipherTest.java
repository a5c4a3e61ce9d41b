package io.slipway.broker.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretCipherTest {
  private static final UUID OWNER = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final SecretPlace PLACE = SecretPlace.password(OWNER, "r:1");
  @TempDir Path folder;
  private SecretCipher cipher;

  @BeforeEach
  void openKeyset() {
    cipher = new SecretCipher(Keyset.open(folder.resolve("keyset.json"), true));
  }

  @Test
  void shouldOpenWhatItSealed() {
    byte[] sealed = cipher.seal("pässwörd", PLACE);

    assertThat(cipher.open(sealed, PLACE)).isEqualTo("pässwörd");
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("sswörd");
    assertThat(cipher.seal("pässwörd", PLACE)).isNotEqualTo(sealed);
    assertThat(
            new SecretCipher(Keyset.open(folder.resolve("keyset.json"), false)).open(sealed, PLACE))
        .isEqualTo("pässwörd");
  }

  @Test
  void rejectsEveryOtherPlace() {
    byte[] sealed = cipher.seal("secret", PLACE);
    for (SecretPlace other :
        List.of(
            SecretPlace.userName(OWNER, "r:1"),
            SecretPlace.password(OWNER, "r:2"),
            SecretPlace.password(new UUID(1, 1), "r:1"),
            SecretPlace.runSecret(OWNER, "r:1|password"))) {
      assertThatThrownBy(() -> cipher.open(sealed, other))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageNotContaining("secret'");
    }
  }

  @Test
  void rejectsAChangedValueAndAnotherKeyset() {
    byte[] sealed = cipher.seal("secret", PLACE);
    SecretCipher other = new SecretCipher(Keyset.open(folder.resolve("other.json"), true));
    assertThatThrownBy(() -> other.open(sealed, PLACE)).hasMessageContaining("keyset-file");
    sealed[sealed.length - 1] ^= 1;
    assertThatThrownBy(() -> cipher.open(sealed, PLACE)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rejectsToMakeAKeysetWhereOneIsMissing() throws Exception {
    assertThatThrownBy(() -> Keyset.open(folder.resolve("lost.json"), false))
        .hasMessageContaining("slipway.broker.keyset-file");
    Files.writeString(folder.resolve("bad.json"), "[]");
    assertThatThrownBy(() -> Keyset.open(folder.resolve("bad.json"), true))
        .hasMessageContaining("not an AEAD keyset");
  }
}
