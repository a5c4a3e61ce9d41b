package io.slipway.broker.registry;

import io.slipway.identity.client.RegistryScope;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What a registry access token opens. Pure. */
final class GrantedAccess {
  private GrantedAccess() {}

  /**
   * The claim {@code access} of a token that its issuer has just given over a checked connection;
   * it is read to tell the person what is lacking, the registry itself decides.
   *
   * @return empty if the token does not say
   */
  static Optional<List<RegistryScope>> read(String token) {
    String[] parts = token.split("\\.");
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      Object access = new JsonObject(claims).getValue("access");
      return access instanceof JsonArray entries ? Optional.of(scopes(entries)) : Optional.empty();
    } catch (IllegalArgumentException | DecodeException opaque) {
      return Optional.empty();
    }
  }

  private static List<RegistryScope> scopes(JsonArray entries) {
    List<RegistryScope> scopes = new ArrayList<>();
    for (Object entry : entries) {
      if (entry instanceof JsonObject fields
          && fields.getValue("actions") instanceof JsonArray actions
          && !actions.isEmpty()) {
        String words = String.join(",", actions.stream().map(String::valueOf).toList());
        RegistryScope.parse(fields.getString("type") + ":" + fields.getString("name") + ":" + words)
            .ifPresent(scopes::add);
      }
    }
    return List.copyOf(scopes);
  }

  /** Actions that were asked for and are not granted, without doubles. */
  static List<String> missing(List<RegistryScope> asked, List<RegistryScope> granted) {
    return asked.stream()
        .flatMap(
            scope -> scope.actions().stream().filter(action -> !isGranted(scope, action, granted)))
        .distinct()
        .toList();
  }

  private static boolean isGranted(
      RegistryScope scope, String action, List<RegistryScope> granted) {
    return granted.stream()
        .anyMatch(given -> given.sameAs(scope) && given.actions().contains(action));
  }
}
