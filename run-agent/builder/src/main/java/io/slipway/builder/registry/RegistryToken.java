package io.slipway.builder.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.builder.CredentialSource.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A token of a registry.
 *
 * @param header value of the {@code Authorization} header
 * @param granted actions by repository, or empty if the token does not tell
 * @param renewAfter when to get a new one
 */
record RegistryToken(
    String header, Optional<Map<String, Set<String>>> granted, Instant renewAfter) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration MARGIN = Duration.ofSeconds(20);

  /** Lifetime of a token that does not state one, by the specification of Docker's tokens. */
  private static final long DEFAULT_SECONDS = 60;

  static RegistryToken read(byte[] answer, Instant now) throws IOException {
    JsonNode root = JSON.readTree(answer);
    String token = root.path("token").asText(root.path("access_token").asText(""));
    if (token.isEmpty()) {
      throw new IOException("The answer of the token server has no token");
    }
    long seconds = Math.max(root.path("expires_in").asLong(DEFAULT_SECONDS), DEFAULT_SECONDS);
    return new RegistryToken(
        "Bearer " + token, grants(token), now.plusSeconds(seconds).minus(MARGIN));
  }

  /** A password that is sent with each call. */
  static RegistryToken basic(Credential credential) {
    byte[] pair =
        (credential.user() + ":" + credential.password()).getBytes(StandardCharsets.UTF_8);
    Instant expiresAt = credential.expiresAt();
    return new RegistryToken(
        "Basic " + Base64.getEncoder().encodeToString(pair),
        Optional.empty(),
        expiresAt == null ? Instant.MAX : expiresAt.minus(MARGIN));
  }

  /** What a token claims; used only to fail early, the registry decides. */
  static Optional<Map<String, Set<String>>> grants(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode access = JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path("access");
      if (!access.isArray()) {
        return Optional.empty();
      }
      Map<String, Set<String>> grants = new HashMap<>();
      for (JsonNode each : access) {
        if (each.path("type").asText().equals("repository")) {
          Set<String> actions =
              grants.computeIfAbsent(each.path("name").asText(), n -> new HashSet<>());
          each.path("actions").forEach(action -> actions.add(action.asText()));
        }
      }
      return Optional.of(grants);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean allows(String repository, String action) {
    if (granted.isEmpty()) {
      return true;
    }
    Set<String> actions = granted.get().getOrDefault(repository, Set.of());
    return actions.contains(action) || actions.contains("*");
  }

  @Override
  public String toString() {
    return "RegistryToken[granted=" + granted + "]";
  }
}
