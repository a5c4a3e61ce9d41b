package io.slipway.identity.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's certificate authorities and those of the installation, together. */
public final class TrustedAuthorities {
  private TrustedAuthorities() {}

  /**
   * A TLS context that verifies against all of them.
   *
   * @param files PEM files, each with one or more certificates
   * @throws IOException if a file can't be read or holds no certificate; names the files
   */
  public static SSLContext context(Collection<Path> files) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trustManager(files)}, null);
      return context;
    } catch (GeneralSecurityException broken) {
      throw unusable(files, broken);
    }
  }

  /**
   * What to verify against.
   *
   * @param files PEM files, each with one or more certificates
   * @throws IOException if a file can't be read or holds no certificate; names the files
   */
  public static X509TrustManager trustManager(Collection<Path> files) throws IOException {
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int number = 0;
      for (X509Certificate authority : x509(null).getAcceptedIssuers()) {
        all.setCertificateEntry("jdk-" + number++, authority);
      }
      for (Path file : files) {
        for (Certificate authority : read(file)) {
          all.setCertificateEntry("file-" + number++, authority);
        }
      }
      return x509(all);
    } catch (GeneralSecurityException broken) {
      throw unusable(files, broken);
    }
  }

  private static IOException unusable(Collection<Path> files, GeneralSecurityException broken) {
    return new IOException("The trusted certificates " + files + " can't be used", broken);
  }

  private static Collection<? extends Certificate> read(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream pem = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (found.isEmpty()) {
        throw new IOException("The file " + file + " holds no certificate in PEM form");
      }
      return found;
    }
  }

  /** Verifies against a key store, or against the JDK's own authorities without one. */
  private static X509TrustManager x509(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return List.of(factory.getTrustManagers()).stream()
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("this JDK verifies no X.509 certificate"));
  }
}
