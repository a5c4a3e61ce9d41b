package io.slipway.taskapi.http;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** This service's own secret, from the file that the installer wrote. */
@ApplicationScoped
public class ClientSecret {
  private final Path file;

  ClientSecret(@ConfigProperty(name = "slipway.client.secret-file") Path file) {
    this.file = file;
  }

  /** The secret, read anew, so that a changed file needs no restart. */
  String text() {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8).strip();
      if (text.length() < 32) {
        throw new IllegalStateException(
            "slipway.client.secret-file " + file + " holds no secret of 32 characters or more");
      }
      return text;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(
          "slipway.client.secret-file " + file + " cannot be read", unreadable);
    }
  }

  /** A key for one purpose that follows from the secret; it is stored nowhere. */
  public byte[] derive(String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(text().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("HmacSHA256 is missing", impossible);
    }
  }
}
