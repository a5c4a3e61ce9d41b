package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedAuthoritiesTest {
  @TempDir Path folder;

  private Path pem(X509Certificate certificate) throws Exception {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(certificate.getEncoded());
    return Files.writeString(
        folder.resolve("ca.pem"),
        "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
  }

  @Test
  void shouldTrustTheFileBesideTheJdk() throws Exception {
    X509Certificate[] jdk = TrustedAuthorities.trustManager(List.of()).getAcceptedIssuers();
    assertThat(jdk).isNotEmpty();

    X509Certificate[] both =
        TrustedAuthorities.trustManager(List.of(pem(jdk[0]))).getAcceptedIssuers();

    assertThat(both).hasSizeGreaterThanOrEqualTo(jdk.length).contains(jdk[0]);
  }

  @Test
  void rejectsFilesWithoutACertificate() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");

    for (Path file : List.of(empty, text, folder.resolve("none.pem"))) {
      assertThatThrownBy(() -> TrustedAuthorities.context(List.of(file)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
