package io.slipway.broker.registry;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A key vault that a run's task file names a secret of.
 *
 * @param vault {@code https://<host>}
 * @param clientId who is to read it, or null for the run's own identity
 */
public record NamedVault(@Nullable String vault, @Nullable String clientId) {
  JsonObject json() {
    JsonObject json = new JsonObject().put("vault", vault);
    return clientId == null ? json : json.put("clientId", clientId);
  }
}
