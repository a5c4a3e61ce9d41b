package io.slipway.local.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCertificatesTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  @TempDir Path folder;

  @Test
  void shouldIssueACertificateForLoopbackOnly() throws Exception {
    LocalCertificates certificates = at(NOW);
    certificates.ensure();

    X509Certificate issued = read(certificates.certificate());
    assertThat(issued.getSubjectAlternativeNames())
        .extracting(name -> name.get(1).toString())
        .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    PKIXParameters trust =
        new PKIXParameters(Set.of(new TrustAnchor(read(certificates.authority()), null)));
    trust.setRevocationEnabled(false);
    trust.setDate(Date.from(NOW));
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(issued)), trust);
    assertThat(issued.getBasicConstraints()).as("no authority itself").isEqualTo(-1);
  }

  @Test
  void shouldKeepTheAuthorityAndRenewTheCertificateBeforeItsEnd() throws Exception {
    at(NOW).ensure();
    X509Certificate authority = read(at(NOW).authority());
    X509Certificate first = read(at(NOW).certificate());

    at(NOW.plus(Duration.ofDays(300))).ensure();
    assertThat(read(at(NOW).certificate())).isEqualTo(first);

    at(NOW.plus(Duration.ofDays(380))).ensure();
    assertThat(read(at(NOW).certificate())).isNotEqualTo(first);
    assertThat(read(at(NOW).authority())).isEqualTo(authority);
  }

  private LocalCertificates at(Instant now) {
    return new LocalCertificates(folder, InstantSource.fixed(now));
  }

  private static X509Certificate read(Path file) throws Exception {
    try (var pem = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
  }
}
