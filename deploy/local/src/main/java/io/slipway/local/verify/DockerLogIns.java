package io.slipway.local.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** What {@code docker login} and {@code az acr login} have left in a file {@code config.json}. */
public final class DockerLogIns {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN_USER = "00000000-0000-0000-0000-000000000000";

  private DockerLogIns() {}

  /**
   * The log-in of a registry.
   *
   * @throws LocalException if the file cannot be read
   */
  public static Optional<Credential> find(Path file, String loginServer) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode logIn = JSON.readTree(Files.readString(file)).path("auths").path(loginServer);
      String text =
          new String(
              Base64.getDecoder().decode(logIn.path("auth").asText()), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      String token = logIn.path("identitytoken").asText();
      if (!token.isEmpty()) {
        return Optional.of(new Credential(TOKEN_USER, token, null));
      }
      return colon <= 0
          ? Optional.empty()
          : Optional.of(new Credential(text.substring(0, colon), text.substring(colon + 1), null));
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new LocalException("The log-ins in " + file + " can't be read", unreadable);
    }
  }
}
