package io.slipway.broker.upstream;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The secret of this service's client, read once. */
@ApplicationScoped
class ClientSecret {
  private final String text;

  ClientSecret(@ConfigProperty(name = "slipway.client.secret-file") Path file) {
    try {
      this.text = Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new IllegalStateException(
          "slipway.client.secret-file " + file + " can't be read", unreadable);
    }
    if (text.isEmpty()) {
      throw new IllegalStateException("slipway.client.secret-file " + file + " is empty");
    }
  }

  String text() {
    return text;
  }
}
