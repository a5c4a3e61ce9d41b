package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.slipway.contract.lease.ActAsRequest;
import io.slipway.contract.lease.ActAsRequest.VaultRead;
import io.slipway.contract.lease.ActAsRequest.VaultReads;
import io.slipway.contract.lease.HeldLease;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says which runs are held with the tokens that are shown, and as whom those runs may act. Both are
 * looked up for each question: a lease may be over, and an identity taken from a task, at any time.
 */
@ApplicationScoped
class CheckLeases {
  // One statement for all tokens. The identities of a run are those of its task now, and its
  // registry's own, unless it was asked not to log in there.
  private static final String CHECK =
      """
      select run.token_hash, run.uid, run.run_id, run.number, run.registry_uid, run.registry,
        run.task_uid, run.task, run.attempt, run.agent, run.holder, run.lease_until, run.rights,
        own.principal_id as own_principal, task.identity
      from run
        join registry own on own.uid = run.registry_uid
        left join task on task.uid = run.task_uid
      where run.token_hash = any($1) and run.status in ('Started', 'Running')
        and run.lease_until > clock_timestamp()\
      """;

  private static final String BEGUN =
      """
      select uid, status, rights, spec from run
      where token_hash = $1 and status in ('Started', 'Running')
        and lease_until > clock_timestamp()
      for update\
      """;
  private static final String SAY = "update run set rights = $2 where uid = $1";
  private static final String SYSTEM = "[system]";

  private final LeaseTransactions transactions;
  private final JsonText json;

  CheckLeases(LeaseTransactions transactions, JsonText json) {
    this.transactions = transactions;
    this.json = json;
  }

  /** The lease that is held with the token now. */
  Uni<Optional<HeldLease>> check(String token) {
    return check(List.of(token)).map(leases -> Optional.ofNullable(leases.getFirst()));
  }

  /**
   * What the run that is held with the token may act as for one purpose; empty if none is held.
   *
   * @param request the one principal that is needed, or the key vault
   */
  Uni<Optional<IdentityClient.ActAsRequest>> actAs(ActAsRequest request) {
    return transactions
        .reading(connection ->
            connection
                .preparedQuery(CHECK)
                .execute(Sql.values((Object) new String[] {RunToken.hash(request.runToken())})))
        .map(rows -> {
          for (Row row : rows) {
            return readable(row).map(held -> actAs(held, row, request));
          }
          return Optional.empty();
        });
  }

  private IdentityClient.ActAsRequest actAs(HeldLease held, Row row, ActAsRequest request) {
    return new IdentityClient.ActAsRequest(
        held.subject(), held.runUid(), held.attempt(), held.agent(), needed(held, row, request));
  }

  private List<String> needed(HeldLease held, Row row, ActAsRequest request) {
    VaultRead vault = request.vault();
    if (vault == null) {
      return held.mayActAs().stream()
          .filter(may ->
              may.equalsIgnoreCase(request.principal())
                  || SYSTEM.equals(request.principal()) && rights(row).mayReadVaults())
          .toList();
    }
    if (!rights(row).mayRead(vault)) {
      throw ArmException.of(
          403,
          "VaultNotNamed",
          "The run's task file names no secret of %s for the identity %s."
              .formatted(vault.vault(), vault.clientId() == null ? SYSTEM : vault.clientId()));
    }
    // A client id that is none of the task's may be one of a quick run; identity-service knows.
    return identity(row)
        .flatMap(own -> own.named(vault.clientId() == null ? SYSTEM : vault.clientId()))
        .map(one -> List.of(one.principalId()))
        .orElse(held.mayActAs());
  }

  /**
   * Takes what an agent says that the task file of its run names; see {@link RunRights#reading}.
   *
   * @return false if no run is held with the token
   */
  Uni<Boolean> reads(VaultReads said) {
    return transactions.in(connection ->
        connection
            .preparedQuery(BEGUN)
            .execute(Sql.values(RunToken.hash(said.runToken())))
            .chain(rows -> {
              for (Row row : rows) {
                StoredSpec spec = json.read(row.getString("spec"), StoredSpec.class);
                RunRights rights =
                    rights(row)
                        .reading(
                            Set.copyOf(said.reads()),
                            row.getString("status").equals("Running"),
                            spec.step());
                return connection
                    .preparedQuery(SAY)
                    .execute(Sql.values(row.getUUID("uid"), json.write(rights)))
                    .replaceWith(true);
              }
              return Uni.createFrom().item(false);
            }));
  }

  private RunRights rights(Row row) {
    return json.readOften(row.getString("rights"), RunRights.class);
  }

  /** For each token the lease that is held with it now, or null. */
  Uni<List<@Nullable HeldLease>> check(List<String> tokens) {
    List<String> hashes = tokens.stream().map(RunToken::hash).toList();
    return transactions
        .reading(connection ->
            connection
                .preparedQuery(CHECK)
                .execute(Sql.values((Object) hashes.toArray(String[]::new))))
        .map(rows -> {
          Map<String, HeldLease> held = new HashMap<>();
          rows.forEach(row -> readable(row).ifPresent(lease -> held.put(hash(row), lease)));
          List<@Nullable HeldLease> leases = new ArrayList<>(hashes.size());
          hashes.forEach(hash -> leases.add(held.get(hash)));
          return leases;
        });
  }

  private static String hash(Row row) {
    return row.getString("token_hash");
  }

  /** Nothing is lent to a run whose row can't be read; the others of the call are answered. */
  private Optional<HeldLease> readable(Row row) {
    try {
      return Optional.of(lease(row));
    } catch (RuntimeException unreadable) {
      Log.errorf(unreadable, "The lease of run %s can't be read", row.getUUID("uid"));
      return Optional.empty();
    }
  }

  private HeldLease lease(Row row) {
    Run.Key key =
        new Run.Key(
            row.getUUID("uid"),
            row.getUUID("registry_uid"),
            row.getString("registry"),
            row.getLong("number"),
            row.getString("run_id"),
            row.getUUID("task_uid"),
            row.getString("task"));
    RunRights rights = rights(row);
    UUID task = key.taskUid();
    return new HeldLease(
        key.uid(),
        key.runId(),
        key.registry(),
        RunAnnouncements.source(key) + "/runs/" + key.runId(),
        row.getInteger("attempt"),
        row.getString("agent"),
        row.getString("holder"),
        task == null ? key.uid() : task,
        rights.ownRegistry() ? key.registryUid() : null,
        principals(row, rights),
        rights.secrets(),
        Sql.time(row, "lease_until"));
  }

  private List<String> principals(Row row, RunRights rights) {
    Set<String> principals = new LinkedHashSet<>(rights.mayActAs());
    if (rights.ownRegistry()) {
      addIfThere(principals, row.getString("own_principal"));
    }
    identity(row).ifPresent(own -> principals.addAll(own.principalIds()));
    return List.copyOf(principals);
  }

  private Optional<TaskIdentity> identity(Row row) {
    return Optional.ofNullable(row.getString("identity"))
        .map(identity -> json.readOften(identity, TaskIdentity.class));
  }

  private static void addIfThere(Set<String> principals, @Nullable String principal) {
    if (principal != null) {
      principals.add(principal);
    }
  }
}
