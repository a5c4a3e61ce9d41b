package io.slipway.taskapi.request;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.RegistryCredential;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.task.CredentialBindings;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code credentials} of a quick run as the broker takes them.
 *
 * @param bindings login server to binding
 * @param mayActAs principals that these need
 */
record QuickRunCredentials(JsonObject bindings, List<String> mayActAs) {
  private static final List<String> ALL = List.of("pull", "push");

  /**
   * Reads them; fails with 400.
   *
   * @param own login server of the run's registry
   * @param identity identities that may be named
   */
  static QuickRunCredentials of(String own, RunRequest.Quick request, TaskIdentity identity) {
    for (Map.Entry<String, @Nullable RegistryCredential> entry : request.registries().entrySet()) {
      if (entry.getKey().equalsIgnoreCase(own)) {
        throw invalid("customRegistries", own, "is the run's own registry: use sourceRegistry");
      }
      if (entry.getValue() == null) {
        throw invalid("customRegistries", entry.getKey(), "is given without a credential");
      }
    }
    JsonObject bindings = CredentialBindings.patch(request.registries(), Set.of(), identity);
    String named = request.settings().sourceIdentity();
    if (named.isBlank()) {
      return new QuickRunCredentials(bindings, needed(request, identity, bindings));
    }
    if (!request.settings().logsInToOwnRegistry()) {
      throw invalid("sourceRegistry.identity", named, "does not go with loginMode None");
    }
    if (named.equalsIgnoreCase("[caller]")) {
      throw invalid(
          "sourceRegistry.identity",
          named,
          "is not supported: a run acts as managed identities alone. Leave it out, and the run uses"
              + " the registry's own identity; or deploy a task run with an identity");
    }
    bindings.put(own, CredentialBindings.identityBinding(own, named, identity, ALL));
    return new QuickRunCredentials(bindings, needed(request, identity, bindings));
  }

  /** A task file may name any of the identities, for a key vault; a build has none. */
  private static List<String> needed(
      RunRequest.Quick request, TaskIdentity identity, JsonObject bindings) {
    if (!(request.step() instanceof Step.DockerBuild)) {
      return identity.principalIds();
    }
    return bindings.fieldNames().stream()
        .map(server -> bindings.getJsonObject(server).getJsonObject("identity"))
        .filter(Objects::nonNull)
        .map(bound -> bound.getString("principalId"))
        .distinct()
        .toList();
  }

  private static ArmException invalid(String field, String value, String what) {
    return ArmException.of(
        400, "InvalidCredentials", "credentials.%s: '%s' %s.".formatted(field, value, what));
  }
}
