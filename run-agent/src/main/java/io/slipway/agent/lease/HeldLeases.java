package io.slipway.agent.lease;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The leases of the runs that are at work here. Safe for many threads. */
@ApplicationScoped
public class HeldLeases {
  private final Map<UUID, RunLease> byRun = new ConcurrentHashMap<>();

  /**
   * Holds a lease until it is {@link #forget forgotten}. This process may be given a run again
   * before it notices that its earlier attempt has lost it, as after a pause: only what is held
   * here is watched, so that attempt is ended now.
   */
  public void hold(RunLease lease) {
    byRun.merge(lease.spec().runUid(), lease, HeldLeases::later);
  }

  private static RunLease later(RunLease held, RunLease fresh) {
    boolean inOrder = held.spec().attempt() <= fresh.spec().attempt();
    (inOrder ? held : fresh).end(RunLease.Ending.LOST);
    return inOrder ? fresh : held;
  }

  /**
   * Lets go of this lease and no other: the run may be back already, as a later attempt of this
   * agent.
   */
  public void forget(RunLease lease) {
    byRun.remove(lease.spec().runUid(), lease);
  }

  /** The lease of an attempt, or null if it is not at work here. */
  public @Nullable RunLease of(UUID runUid, int attempt) {
    RunLease lease = byRun.get(runUid);
    return lease == null || lease.spec().attempt() != attempt ? null : lease;
  }

  /** All that are held; may change while it is looked at. */
  public Collection<RunLease> all() {
    return byRun.values();
  }
}
