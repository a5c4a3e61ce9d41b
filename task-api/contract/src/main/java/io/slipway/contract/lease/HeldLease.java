package io.slipway.contract.lease;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lease of an attempt of a run, and what the attempt may do.
 *
 * @param runUid unique over all registries
 * @param runId what people see, unique within the registry
 * @param registry name of the registry
 * @param subject path that names the run, {@code /registries/{name}[/tasks/{task}]/runs/{runId}}
 * @param attempt number of the attempt
 * @param agent name of the agent that holds it
 * @param holder hash of the secret with which the run token must be shown; null if nobody may
 * @param bindingOwner whose bindings and secrets at the broker the run uses: a task, or the run
 *     itself
 * @param sourceOwner uid of the registry whose own login the run may use too, or null
 * @param mayActAs principals that the run may act as, as of now
 * @param secrets names of the secrets that the run may have
 * @param until when the lease ends unless a heartbeat extends it
 */
public record HeldLease(
    UUID runUid,
    String runId,
    String registry,
    String subject,
    int attempt,
    String agent,
    @Nullable String holder,
    @Nullable UUID bindingOwner,
    @Nullable UUID sourceOwner,
    List<String> mayActAs,
    List<String> secrets,
    Instant until) {
  /** A list that is missing is empty. */
  public HeldLease {
    mayActAs = mayActAs == null ? List.of() : List.copyOf(mayActAs);
    secrets = secrets == null ? List.of() : List.copyOf(secrets);
  }
}
