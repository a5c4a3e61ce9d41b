package io.slipway.demo;

import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes this JVM trust the platform's own certification authority, and no other. */
final class TrustedAuthority {
  private static final String PASSWORD = "changeit";

  private TrustedAuthority() {}

  /** Makes it the default of all connections opened from now on. */
  static void install(Path authority, Path folder) {
    Path file = folder.resolve("trust.p12");
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "slipway", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      // Something may have made the default context already, with the JDK's authorities.
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      SSLContext.setDefault(context);
      try (OutputStream out = Files.newOutputStream(file)) {
        store.store(out, PASSWORD.toCharArray());
      }
    } catch (IOException | GeneralSecurityException failed) {
      throw new LocalException("cannot read " + authority + ": " + failed.getMessage(), failed);
    }
    System.setProperty("javax.net.ssl.trustStore", file.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
  }
}
