package io.slipway.broker.lease;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What task-api says of a run token: the attempt that is held with it, and what that may do now.
 *
 * @param token the token itself
 * @param runUid the run
 * @param attempt which attempt
 * @param agent who holds it
 * @param holder hash of the secret that must be shown with the token; null if nobody may show it
 * @param bindingOwner whose bindings it may use
 * @param sourceOwner owner of the registry's own binding
 * @param mayActAs principals that it may act as
 * @param secrets names of the secrets that it may have
 */
record RunLease(
    String token,
    UUID runUid,
    int attempt,
    String agent,
    @Nullable String holder,
    Optional<UUID> bindingOwner,
    Optional<UUID> sourceOwner,
    Set<UUID> mayActAs,
    Set<String> secrets) {

  /** The lease of a token, as task-api writes it. */
  static RunLease read(String token, JsonObject lease) {
    return new RunLease(
        token,
        UUID.fromString(lease.getString("runUid")),
        lease.getInteger("attempt"),
        lease.getString("agent"),
        lease.getString("holder"),
        Optional.ofNullable(lease.getString("bindingOwner")).map(UUID::fromString),
        Optional.ofNullable(lease.getString("sourceOwner")).map(UUID::fromString),
        lease.getJsonArray("mayActAs", new JsonArray()).stream()
            .map(principal -> UUID.fromString(String.valueOf(principal)))
            .collect(Collectors.toUnmodifiableSet()),
        lease.getJsonArray("secrets", new JsonArray()).stream()
            .map(String::valueOf)
            .collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public String toString() {
    return "RunLease[run=" + runUid + ", attempt=" + attempt + ", agent=" + agent + "]";
  }
}
