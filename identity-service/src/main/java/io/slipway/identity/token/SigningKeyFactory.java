package io.slipway.identity.token;

import com.google.crypto.tink.Aead;
import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.key.KeyFingerprint;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
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
  SigningKeyEntity create(TokenAlgorithm algorithm, Instant now, Instant activeFrom) {
    try {
      KeyPair pair = pair(algorithm);
      SigningKeyEntity row = new SigningKeyEntity();
      row.algorithm = algorithm;
      row.kid = KeyFingerprint.of(pair.getPublic());
      row.publicKey = pair.getPublic().getEncoded();
      row.privateKey = aead.encrypt(pair.getPrivate().getEncoded(), associatedData(row.kid));
      row.certificate = certificate(algorithm, pair, now);
      row.createdAt = now;
      row.activeFrom = activeFrom;
      return row;
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("signing key could not be made", failed);
    }
  }

  private KeyPair pair(TokenAlgorithm algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(family(algorithm));
    switch (algorithm) {
      case RS256 -> generator.initialize(BITS, random);
      case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    }
    return generator.generateKeyPair();
  }

  private static String family(TokenAlgorithm algorithm) {
    return switch (algorithm) {
      case RS256 -> "RSA";
      case ES256 -> "EC";
    };
  }

  private static String certificateSignature(TokenAlgorithm algorithm) {
    return switch (algorithm) {
      case RS256 -> "SHA256withRSA";
      case ES256 -> "SHA256withECDSA";
    };
  }

  /**
   * The key of a row.
   *
   * @throws IllegalStateException if the row was encrypted by another keyset, or moved
   */
  SigningKey read(SigningKeyEntity row) {
    try {
      KeyFactory keys = KeyFactory.getInstance(family(row.algorithm));
      byte[] pkcs8 = aead.decrypt(row.privateKey, associatedData(row.kid));
      PublicKey publicKey = keys.generatePublic(new X509EncodedKeySpec(row.publicKey));
      if (!KeyFingerprint.of(publicKey).equals(row.kid)) {
        throw new IllegalStateException("signing key " + row.kid + " does not bear its own name");
      }
      return new SigningKey(
          row.times(),
          row.algorithm,
          publicKey,
          keys.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
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

  private byte[] certificate(TokenAlgorithm algorithm, KeyPair pair, Instant now) {
    X500Name name = new X500Name("CN=Slipway token signing");
    try {
      return new X509v3CertificateBuilder(
              name,
              new BigInteger(127, random),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(CERTIFICATE_LIFE)),
              name,
              SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
          .build(
              new JcaContentSignerBuilder(certificateSignature(algorithm)).build(pair.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException | IOException failed) {
      throw new IllegalStateException("certificate could not be made", failed);
    }
  }

  private static byte[] associatedData(String kid) {
    return ("signing-key:" + kid).getBytes(StandardCharsets.UTF_8);
  }
}
