package io.slipway.agent.lease;

import io.slipway.contract.agent.RunAttempt;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The attempts that this process was given last. A record may be in the queue twice, and task-api
 * grants a run again to the process that owns it, in case the first answer was lost. So a process
 * that has the answer must not ask again: it would execute the run twice. For one thread.
 */
public final class RecentGrants {
  private final int most;
  private final Set<RunAttempt> attempts = new LinkedHashSet<>();

  /**
   * An empty memory.
   *
   * @param most how many attempts are kept, from 1; a doubled record is never far behind the first
   */
  public RecentGrants(int most) {
    this.most = most;
  }

  /** Whether it was given to this process. */
  public boolean has(RunAttempt attempt) {
    return attempts.contains(attempt);
  }

  /** Keeps one, and forgets the oldest if there are too many. */
  public void add(RunAttempt attempt) {
    attempts.add(attempt);
    if (attempts.size() > most) {
      Iterator<RunAttempt> oldest = attempts.iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
