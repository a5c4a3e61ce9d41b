package io.slipway.builder;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Opens a registry.
 *
 * @param user user name
 * @param password password or token; never logged
 * @param expiresAt when it ends, or null if that is not known
 */
public record Credential(String user, String password, @Nullable Instant expiresAt) {
  @Override
  public String toString() {
    return "Credential[user=" + user + "]";
  }
}
