package io.slipway.taskapi.task;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.definition.ContextCredentials;
import io.slipway.taskapi.definition.Step;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.run.RunCredentials;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.task.TaskRepository.Reserved;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes credentials in the addresses of contexts out of rows that are older than their being
 * secrets. Those of tasks go to the broker, as if each was saved again, once after each start, and
 * so do those of runs that go on: their next claim gets the address from there. Those of runs that
 * have ended and of task runs are of no more use.
 */
@ApplicationScoped
public class SealContexts {
  /** Coarse: an address that may have a log-in or a query. */
  private static final String NEXT =
      """
      select task.uid, task.name, registry.name as registry
      from task join registry on registry.uid = task.registry_uid
      where task.uid > $1 and task.properties ~ '"contextPath":"[^"]*[@?]'
      order by task.uid limit 100\
      """;

  /** Runs that are not over, in the order of an index that has these alone. */
  private static final String LIVE =
      """
      select uid, registry_uid, number, spec from run
      where finished_at is null and (registry_uid, number) > ($1, $2)
        and spec ~ '"contextPath":"[^"]*[@?]'
      order by registry_uid, number limit 100\
      """;

  /** A run that ended meanwhile lacks the mark, and the broker forgets what it was told. */
  private static final String SEAL =
      """
      update run set spec = $2, own_credentials = own_credentials or finished_at is null
      where uid = $1 and spec = $3\
      """;

  /**
   * Masks those of the next thousand rows, with %1$s and its column %2$s; what was looked at stays
   * looked at. As {@link ContextCredentials#shown} does for what is not of ssh.
   */
  private static final String MASK =
      """
      with piece as (
        select row.uid from context_sealing at, lateral (
          select uid from %1$s where uid > at.after order by uid limit 1000) row
        where at.kind = '%1$s'),
      masked as (
        update %1$s set %2$s = regexp_replace(
          regexp_replace(%2$s,
            '("(contextPath|sourceLocation)":"(?!ssh:)[A-Za-z0-9+.-]+://)[^/"]*@', '\\1***@', 'g'),
          '("(contextPath|sourceLocation)":"(?!ssh:)[A-Za-z0-9+.-]+://[^"?#]*[?])[^"#]*', '\\1***', 'g')
        where uid in (select uid from piece) and %3$s
          and %2$s ~ '"(contextPath|sourceLocation)":"[^"]*[@?]')
      update context_sealing set after = (select uid from piece order by uid desc limit 1)
      where kind = '%1$s' and exists (select from piece)\
      """;

  private static final List<String> MASKS =
      List.of(
          MASK.formatted("task_run", "request", "true"),
          MASK.formatted("run", "spec", "finished_at is not null"));

  private static final UUID FIRST = new UUID(0, 0);

  private final Leader leader;
  private final Transactions transactions;
  private final RegistryRepository registries;
  private final TaskRepository tasks;
  private final BrokerClient broker;
  private final RunCredentials credentials;
  private volatile boolean done;

  SealContexts(
      Leader leader,
      Transactions transactions,
      RegistryRepository registries,
      TaskRepository tasks,
      BrokerClient broker,
      RunCredentials credentials) {
    this.leader = leader;
    this.transactions = transactions;
    this.registries = registries;
    this.tasks = tasks;
    this.broker = broker;
    this.credentials = credentials;
  }

  private record Named(UUID uid, String registry, String name) {}

  private record Live(UUID uid, UUID registry, long number, String spec) {}

  /** One sweep; the first that nothing interrupts is the last. */
  @Scheduled(
      every = "${slipway.context.seal-every:30s}",
      delayed = "10s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return done || !leader.leads()
        ? Uni.createFrom().voidItem()
        : Sweep.of("The search for credentials in contexts", all().invoke(() -> done = true));
  }

  /**
   * All that there are, in pieces. Runs that go on come before those that have ended: whichever
   * ends in between was in the first look.
   */
  public Uni<Void> all() {
    AtomicReference<UUID> last = new AtomicReference<>(FIRST);
    return InTurn.whilst(() ->
            piece(Objects.requireNonNull(last.get()))
                .call(piece -> InTurn.each(piece, this::one))
                .map(piece -> {
                  piece.forEach(task -> last.set(task.uid()));
                  return !piece.isEmpty();
                }))
        .chain(this::live)
        .chain(() -> InTurn.each(MASKS, mask -> InTurn.whilst(() -> masked(mask))));
  }

  private Uni<Void> live() {
    AtomicReference<Live> last = new AtomicReference<>(new Live(FIRST, FIRST, 0, ""));
    return InTurn.whilst(() ->
        piece(Objects.requireNonNull(last.get()))
            .call(piece -> InTurn.each(piece, this::one))
            .map(piece -> {
              piece.forEach(last::set);
              return !piece.isEmpty();
            }));
  }

  private Uni<List<Live>> piece(Live last) {
    return transactions
        .reading(connection ->
            connection.preparedQuery(LIVE).execute(Sql.values(last.registry(), last.number())))
        .map(rows -> {
          List<Live> piece = new ArrayList<>();
          rows.forEach(row ->
              piece.add(
                  new Live(
                      row.getUUID("uid"),
                      row.getUUID("registry_uid"),
                      row.getLong("number"),
                      row.getString("spec"))));
          return piece;
        });
  }

  /**
   * If the broker is away, all of it is done again. A run that the broker refuses, or whose
   * specification cannot be read, stops no other: it is masked when it has ended.
   */
  private Uni<Void> one(Live run) {
    return Sweep.part(
        "To take credentials out of the context of run " + run.uid(),
        Uni.createFrom().deferred(() -> seal(run)));
  }

  private Uni<Void> seal(Live run) {
    JsonObject spec = new JsonObject(run.spec());
    JsonObject step = spec.getJsonObject("step");
    String address = secret(step.getString("contextPath"));
    if (address == null) {
      return Uni.createFrom().voidItem();
    }
    step.put("contextPath", ContextCredentials.shown(address));
    JsonArray names = step.getJsonArray("secretNames", new JsonArray());
    step.put("secretNames", names.add(Step.CONTEXT_ADDRESS));
    Map<String, String> secrets = Map.of(Step.CONTEXT_ADDRESS, address);
    return credentials
        .keep(run.uid(), new RunCredentials.Own(new JsonObject(), secrets))
        .chain(() ->
            transactions.in(connection ->
                connection
                    .preparedQuery(SEAL)
                    .execute(Sql.values(run.uid(), spec.encode(), run.spec()))))
        .replaceWithVoid();
  }

  private Uni<Boolean> masked(String mask) {
    return transactions.in(
        connection -> connection.query(mask).execute().map(rows -> rows.rowCount() > 0));
  }

  private Uni<List<Named>> piece(UUID last) {
    return transactions
        .reading(connection -> connection.preparedQuery(NEXT).execute(Sql.values(last)))
        .map(rows -> {
          List<Named> piece = new ArrayList<>();
          rows.forEach(row ->
              piece.add(
                  new Named(row.getUUID("uid"), row.getString("registry"), row.getString("name"))));
          return piece;
        });
  }

  private Uni<Void> one(Named named) {
    return Sweep.part(
        "To take credentials out of the context of task " + named.uid(),
        registries
            .findByName(named.registry())
            .chain(registry ->
                registry.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : tasks
                        .find(registry.get(), named.name())
                        .chain(task -> seal(registry.get(), task))));
  }

  private Uni<Void> seal(Registry registry, Optional<Task> found) {
    Task task = found.orElse(null);
    String address = task == null ? null : secret(context(task.definition().step()));
    if (task == null || address == null) {
      return Uni.createFrom().voidItem();
    }
    JsonObject secrets = new JsonObject().put(Step.CONTEXT_ADDRESS, address);
    // Nobody else saves it meanwhile: what is at the broker belongs to what is in the ledger.
    return transactions
        .in(connection ->
            tasks.reserve(connection, registry, task.name(), task.location(), Optional.of(task)))
        .chain(reserved ->
            broker
                .patch(reserved.uid(), new JsonObject(), secrets)
                .chain(() -> save(registry, task, reserved))
                .onFailure()
                .call(() -> transactions.in(connection -> tasks.release(connection, reserved))))
        .invoke(() -> Log.infof("The context of task %s has no credentials any more", task.id()));
  }

  private Uni<Void> save(Registry registry, Task task, Reserved reserved) {
    TaskRepository.Wanted wanted =
        new TaskRepository.Wanted(
            task.location(), task.tags(), task.definition().withoutCredentials(), task.identity());
    return transactions
        .in(connection -> tasks.save(connection, registry, reserved, wanted))
        .replaceWithVoid();
  }

  private static @Nullable String context(@Nullable Step step) {
    return step == null ? null : step.contextPath();
  }

  private static @Nullable String secret(@Nullable String address) {
    return address == null || address.equals(ContextCredentials.shown(address)) ? null : address;
  }
}
