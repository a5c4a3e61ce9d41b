package io.slipway.broker.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's authorities and those of a PEM file together. */
final class TrustedAuthorities {
  private TrustedAuthorities() {}

  /**
   * What to trust.
   *
   * @throws IllegalStateException if the file can't be read; names it
   */
  static TrustManagerFactory factory(Optional<Path> pemFile) {
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int number = 0;
      for (X509Certificate authority : ofJdk()) {
        all.setCertificateEntry("jdk-" + number++, authority);
      }
      if (pemFile.isPresent()) {
        for (Certificate authority : read(pemFile.get())) {
          all.setCertificateEntry("file-" + number++, authority);
        }
      }
      return over(all);
    } catch (GeneralSecurityException | IOException failed) {
      throw new IllegalStateException(
          "The authorities of slipway.ca-file "
              + pemFile.map(Path::toString).orElse("")
              + " can't be read",
          failed);
    }
  }

  private static Iterable<? extends Certificate> read(Path pemFile)
      throws GeneralSecurityException, IOException {
    try (InputStream pem = Files.newInputStream(pemFile)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    }
  }

  private static X509Certificate[] ofJdk() throws GeneralSecurityException {
    for (TrustManager manager : over(null).getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509.getAcceptedIssuers();
      }
    }
    return new X509Certificate[0];
  }

  private static TrustManagerFactory over(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
