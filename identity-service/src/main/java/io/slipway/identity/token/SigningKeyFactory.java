package io.slipway.identity.token;

import com.google.crypto.tink.Aead;
import io.slipway.identity.key.KeyFingerprint;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes signing keys, and turns them into rows and back. */
final class SigningKeyFactory {
  private static final int BITS = 2048;
  private static final Duration CERTIFICATE_LIFE = Duration.ofDays(3650);

  private final Aead aead;
  private final SecureRandom random;

  SigningKeyFactory(Aead aead, SecureRandom random) {
    this.aead = aead;
    this.random = random;
  }

  /** A new key with its certificate; takes some hundred milliseconds. */
  SigningKeyEntity create(Instant now, Instant activeFrom) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS, random);
      KeyPair pair = generator.generateKeyPair();
      SigningKeyEntity row = new SigningKeyEntity();
      row.kid = KeyFingerprint.of(pair.getPublic());
      row.publicKey = pair.getPublic().getEncoded();
      row.privateKey = aead.encrypt(pair.getPrivate().getEncoded(), associatedData(row.kid));
      row.certificate = certificate(pair, now);
      row.createdAt = now;
      row.activeFrom = activeFrom;
      return row;
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("signing key could not be made", failed);
    }
  }

  /**
   * The key of a row.
   *
   * @throws IllegalStateException if the row was encrypted by another keyset, or moved
   */
  SigningKey read(SigningKeyEntity row) {
    try {
      KeyFactory rsa = KeyFactory.getInstance("RSA");
      byte[] pkcs8 = aead.decrypt(row.privateKey, associatedData(row.kid));
      RSAPublicKey publicKey =
          (RSAPublicKey) rsa.generatePublic(new X509EncodedKeySpec(row.publicKey));
      if (!KeyFingerprint.of(publicKey).equals(row.kid)) {
        throw new IllegalStateException("signing key " + row.kid + " does not bear its own name");
      }
      return new SigningKey(
          row.times(),
          publicKey,
          rsa.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
          row.certificate);
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException(
          "signing key "
              + row.kid
              + " can't be decrypted: is slipway.identity.keyset-file the one"
              + " it was encrypted with?",
          failed);
    }
  }

  private byte[] certificate(KeyPair pair, Instant now) {
    X500Name name = new X500Name("CN=Slipway token signing");
    try {
      return new X509v3CertificateBuilder(
              name,
              new BigInteger(127, random),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(CERTIFICATE_LIFE)),
              name,
              SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
          .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException | IOException failed) {
      throw new IllegalStateException("certificate could not be made", failed);
    }
  }

  private static byte[] associatedData(String kid) {
    return ("signing-key:" + kid).getBytes(StandardCharsets.UTF_8);
  }
}
