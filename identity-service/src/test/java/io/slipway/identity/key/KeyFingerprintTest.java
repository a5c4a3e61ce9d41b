package io.slipway.identity.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Arrays;
import org.bouncycastle.util.encoders.Base32;
import org.junit.jupiter.api.Test;

class KeyFingerprintTest {

  @Test
  void shouldBeLibtrustsKeyId() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    for (int i = 0; i < 5; i++) {
      PublicKey key = generator.generateKeyPair().getPublic();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      String expected = Base32.toBase32String(Arrays.copyOf(hash, 30));

      String kid = KeyFingerprint.of(key);

      assertThat(kid).matches("([A-Z2-7]{4}:){11}[A-Z2-7]{4}");
      assertThat(kid.replace(":", "")).isEqualTo(expected);
    }
  }
}
