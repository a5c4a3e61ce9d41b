package io.slipway.taskapi.definition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a run logs in to a registry, as the user gave it; whether it can be used is checked later.
 *
 * @param identity client id of an identity, or {@code [system]}; empty for none
 * @param userName null if it is not given
 * @param password null if it is not given
 */
public record RegistryCredential(
    String identity, @Nullable Secret userName, @Nullable Secret password) {
  /** Whether a secret itself is in it, and not only where it is. */
  public boolean isOpaque() {
    return Stream.of(Optional.ofNullable(userName), Optional.ofNullable(password))
        .flatMap(Optional::stream)
        .anyMatch(secret -> !secret.type.equalsIgnoreCase("Vaultsecret"));
  }

  /** All that tells it from another one, values included: for digests, never for logs. */
  public List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add(identity);
    for (Secret secret : Arrays.asList(userName, password)) {
      parts.add(secret == null ? "" : secret.type + ":" + secret.value);
    }
    return parts;
  }

  /**
   * A user name or password.
   *
   * @param value the text itself, or the address of a key vault's secret
   * @param type {@code Opaque} or {@code Vaultsecret}
   */
  public record Secret(String value, String type) {
    @Override
    public String toString() { // without the value
      return "Secret[" + type + "]";
    }
  }
}
