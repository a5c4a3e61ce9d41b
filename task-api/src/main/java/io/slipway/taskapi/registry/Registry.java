package io.slipway.taskapi.registry;

import io.slipway.taskapi.arm.ArmException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registry resource.
 *
 * @param uid stays the same for its whole life; owner of its own bindings at the broker
 * @param id ARM id in the stored spelling
 * @param name in its stored spelling
 * @param group resource group in its stored spelling
 * @param location what the creator gave
 * @param settings what may be changed of it
 * @param tags labels
 * @param state {@code Creating}, {@code Succeeded} or {@code Failed}
 * @param loginServer its address, null until it was opened
 * @param identity its own identity, null until it was made
 * @param runPrefix first two letters of its run ids
 * @param createdAt when it was made
 */
public record Registry(
    UUID uid,
    String id,
    String name,
    String group,
    String location,
    Settings settings,
    Map<String, String> tags,
    String state,
    @Nullable String loginServer,
    @Nullable OwnIdentity identity,
    String runPrefix,
    Instant createdAt) {
  /** Principal and client id of a registry's own identity. */
  public record OwnIdentity(String principalId, String clientId) {}

  /**
   * What may be changed of a registry besides its tags.
   *
   * @param sku {@code Basic}, {@code Standard} or {@code Premium}
   * @param armTokens whether its log-in takes tokens of the ARM audience
   */
  public record Settings(String sku, boolean armTokens) {}

  /** Whether all services know of it. */
  public boolean isComplete() {
    return state.equals("Succeeded");
  }

  /** The login server of a registry that is complete; fails with 409 for another. */
  public String requireLoginServer() {
    if (loginServer == null) {
      throw incomplete();
    }
    return loginServer;
  }

  /** The own identity of a registry that is complete; fails with 409 for another. */
  public OwnIdentity requireIdentity() {
    if (identity == null) {
      throw incomplete();
    }
    return identity;
  }

  private ArmException incomplete() {
    return ArmException.conflict(
        "Registry '" + name + "' is " + state + "; wait until it has Succeeded.");
  }
}
