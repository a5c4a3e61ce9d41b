package io.slipway.simulation;

import io.slipway.agent.lease.LedgerSight;
import io.slipway.agent.lease.RecentGrants;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.simulation.TaskApi.Lease;
import io.slipway.simulation.World.QueuedRun;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunProgress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** One agent: intake, heartbeats, fence, watch over the ledger, and its runs. */
final class Agent extends Node {
  private static final String KAFKA = "kafka";
  private static final int MOST_REMEMBERED = 100;
  private static final long CLAIM_LIMIT = 5_000;
  private static final long BEAT = 2_000;
  private static final long BEAT_LIMIT = 2_000;

  private final int slots;
  private RecentGrants granted = new RecentGrants(MOST_REMEMBERED);
  private final Producer producer = new Producer(this);
  private final Map<UUID, AgentRun> runs = new LinkedHashMap<>();
  private boolean claiming;
  private boolean beating;
  private int claimsAt;
  private int beatsAt;
  private int beatsRead;
  private LedgerSight sight = LedgerSight.from(0);
  private long lastBeat;

  Agent(String name, World world, int slots) {
    super(name, world);
    this.slots = slots;
  }

  @Override
  void begin() {
    producer.reset();
    runs.clear();
    granted = new RecentGrants(MOST_REMEMBERED);
    claiming = false;
    beating = false;
    beatsRead = world().beats().end();
    sight = LedgerSight.from(nanos());
    lastBeat = nanos();
    every(250, this::take);
    every(250, this::fence);
    every(200, this::watch);
    every(1_000, this::feed);
    beat();
  }

  @Override
  void died() {
    world().processes().agentDied(this);
  }

  Producer producer() {
    return producer;
  }

  void forget(AgentRun run) {
    runs.remove(run.uid(), run);
  }

  private RunOwner owner() {
    return new RunOwner(name(), new UUID(name().hashCode(), life()));
  }

  /** The instance that a call goes to; after a failure it is another one. */
  private TaskApi server(int tries) {
    return world().taskApis().get(tries % world().taskApis().size());
  }

  // --- intake ---

  private void take() {
    int free = slots - runs.size();
    if (claiming || free <= 0 || world().isKafkaAway() || !reaches(KAFKA)) {
      return;
    }
    List<ShareQueue.Held<QueuedRun>> held = world().queue().poll(this, free);
    if (held.isEmpty()) {
      return;
    }
    List<ShareQueue.Held<QueuedRun>> fresh = new ArrayList<>();
    Set<RunAttempt> named = new HashSet<>();
    for (ShareQueue.Held<QueuedRun> each : held) {
      if (granted.has(attempt(each.value())) || !named.add(attempt(each.value()))) {
        world().queue().accept(this, each);
      } else {
        fresh.add(each);
      }
    }
    if (!fresh.isEmpty()) {
      claim(fresh);
    }
  }

  private static RunAttempt attempt(QueuedRun run) {
    return new RunAttempt(run.run(), run.attempt());
  }

  private void claim(List<ShareQueue.Held<QueuedRun>> held) {
    claiming = true;
    long asked = now();
    List<QueuedRun> wanted = held.stream().map(ShareQueue.Held::value).toList();
    TaskApi asks = server(claimsAt);
    world()
        .wire()
        .call(
            this,
            asks,
            CLAIM_LIMIT,
            () -> asks.claim(owner(), wanted),
            claims -> claimed(held, claims, asked));
  }

  private void claimed(
      List<ShareQueue.Held<QueuedRun>> held, Optional<List<TaskApi.Claim>> claims, long asked) {
    claiming = false;
    if (claims.isEmpty()) {
      claimsAt++;
      held.forEach(each -> world().queue().release(this, each));
      return;
    }
    held.forEach(each -> world().queue().accept(this, each));
    for (TaskApi.Claim claim : claims.get()) {
      if (claim.answer() == TaskApi.Answer.CLAIMED) {
        QueuedRun run = claim.run();
        granted.add(attempt(run));
        AgentRun begun = new AgentRun(this, claim, asked + RunProgress.LEASE.toMillis());
        runs.put(run.run(), begun);
        begun.begin();
      }
    }
  }

  // --- lease ---

  private void beat() {
    if (beating) {
      return;
    }
    beating = true;
    long asked = now();
    List<AgentRun> held = new ArrayList<>(runs.values());
    List<QueuedRun> named = held.stream().map(AgentRun::name).toList();
    TaskApi asks = server(beatsAt);
    world()
        .wire()
        .call(
            this,
            asks,
            BEAT_LIMIT,
            () -> asks.heartbeat(owner(), named),
            leases -> beaten(held, leases, asked));
  }

  private void beaten(List<AgentRun> held, Optional<List<Lease>> leases, long asked) {
    beating = false;
    if (leases.isEmpty()) {
      beatsAt++;
      later(100, this::beat);
      return;
    }
    for (int n = 0; n < held.size(); n++) {
      AgentRun run = held.get(n);
      switch (leases.get().get(n)) {
        case HELD -> run.renewed(asked + RunProgress.LEASE.toMillis());
        case CANCEL -> {
          run.renewed(asked + RunProgress.LEASE.toMillis());
          run.cancel();
        }
        case LOST -> run.lose("the ledger says so");
      }
    }
    later(BEAT, this::beat);
  }

  private void watch() {
    if (!world().isKafkaAway() && reaches(KAFKA)) {
      if (world().beats().end() > beatsRead) {
        beatsRead = world().beats().end();
        lastBeat = nanos();
      }
      sight = sight.withKafka(nanos(), lastBeat);
    }
  }

  private void fence() {
    sight = world().rules().look(sight, nanos());
    for (AgentRun run : List.copyOf(runs.values())) {
      if (!run.isReported() && !world().rules().goesOn(sight, nanos(run.leaseEnd()), nanos())) {
        run.lose("its lease was not renewed");
      }
    }
  }

  private void feed() {
    for (AgentRun run : runs.values()) {
      if (world().rules().feeds(sight, nanos(run.leaseEnd()), nanos())) {
        run.feed();
      }
    }
  }

  private long nanos() {
    return nanos(now());
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
