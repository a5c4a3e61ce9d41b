package io.slipway.builder;

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

/** The JDK's certificate authorities, and those of the installation. */
public final class TrustedAuthorities {

  private TrustedAuthorities() {}

  /**
   * A TLS context that verifies against all of them.
   *
   * @param files PEM files, each with one or more certificates
   * @throws IOException if a file cannot be read or has no certificate
   */
  public static SSLContext context(List<Path> files) throws IOException {
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int number = 0;
      for (X509Certificate authority : ofJdk()) {
        all.setCertificateEntry("jdk-" + number++, authority);
      }
      for (Path file : files) {
        for (Certificate authority : ofFile(file)) {
          all.setCertificateEntry("own-" + number++, authority);
        }
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory(all).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("The trusted certificates " + files + " cannot be used", e);
    }
  }

  private static List<X509Certificate> ofJdk() throws GeneralSecurityException {
    for (TrustManager manager : factory(null).getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return List.of(x509.getAcceptedIssuers());
      }
    }
    return List.of();
  }

  private static Collection<? extends Certificate> ofFile(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new IOException("The file " + file + " has no certificate in PEM form");
      }
      return found;
    }
  }

  private static TrustManagerFactory factory(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
