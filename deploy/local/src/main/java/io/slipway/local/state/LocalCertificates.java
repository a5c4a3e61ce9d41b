package io.slipway.local.state;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certification authority of this platform alone, and one certificate of it for {@code
 * localhost}, {@code 127.0.0.1} and {@code ::1}. The authority stays; the certificate is renewed a
 * month before it expires.
 */
public final class LocalCertificates {
  private static final X500Name AUTHORITY = new X500Name("CN=Slipway local CA");
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  private static final Duration CERTIFICATE_LIFE = Duration.ofDays(397);
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private final Path folder;
  private final InstantSource clock;

  public LocalCertificates(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** PEM of the authority: what clients trust. */
  public Path authority() {
    return folder.resolve("ca.pem");
  }

  /** PEM of the certificate. */
  public Path certificate() {
    return folder.resolve("server.pem");
  }

  /** PEM (PKCS 8) of the certificate's key. */
  public Path key() {
    return folder.resolve("server.key");
  }

  /** Creates what is missing or about to expire. */
  public void ensure() {
    try {
      Path authorityKey = folder.resolve("ca.key");
      if (!Files.exists(authority()) || !Files.exists(authorityKey)) {
        KeyPair pair = newKeys();
        PrivateFiles.write(authorityKey, pem(privatePem(pair.getPrivate())));
        PrivateFiles.write(authority(), pem(selfSigned(pair)));
        Files.deleteIfExists(certificate());
      }
      if (!Files.exists(certificate()) || !Files.exists(key()) || endsSoon()) {
        KeyPair pair = newKeys();
        X509Certificate issued = issue(pair, readKey(authorityKey), readCertificate(authority()));
        PrivateFiles.write(key(), pem(privatePem(pair.getPrivate())));
        PrivateFiles.write(certificate(), pem(issued));
      }
    } catch (IOException | GeneralSecurityException | OperatorCreationException failed) {
      throw new IllegalStateException("certificates could not be created in " + folder, failed);
    }
  }

  private boolean endsSoon() throws IOException, CertificateException {
    Instant end = readCertificate(certificate()).getNotAfter().toInstant();
    return end.minus(RENEW_BEFORE).isBefore(clock.instant());
  }

  private X509Certificate selfSigned(KeyPair pair)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    var builder = builder(AUTHORITY, AUTHORITY, AUTHORITY_LIFE, pair);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        extensions.createSubjectKeyIdentifier(pair.getPublic()));
    return signed(builder, pair.getPrivate());
  }

  private X509Certificate issue(KeyPair pair, PrivateKey authorityKey, X509Certificate authority)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    var builder = builder(AUTHORITY, new X500Name("CN=localhost"), CERTIFICATE_LIFE, pair);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        extensions.createAuthorityKeyIdentifier(authority.getPublicKey()));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
              new GeneralName(GeneralName.iPAddress, "::1")
            }));
    return signed(builder, authorityKey);
  }

  private JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, Duration life, KeyPair pair) {
    Instant now = clock.instant();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, new SecureRandom()),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(life)),
        subject,
        pair.getPublic());
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, CertificateException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static Object privatePem(PrivateKey key) throws IOException {
    return new JcaPKCS8Generator(key, null).generate();
  }

  private static String pem(Object content) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(content);
    }
    return text.toString();
  }

  private static X509Certificate readCertificate(Path file)
      throws IOException, CertificateException {
    try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
      return new JcaX509CertificateConverter()
          .getCertificate((X509CertificateHolder) parser.readObject());
    }
  }

  private static PrivateKey readKey(Path file) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
      return new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) parser.readObject());
    }
  }
}
