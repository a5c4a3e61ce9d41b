package io.slipway.agent.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.agent.lease.RecentGrants;
import io.slipway.agent.run.ExecuteRun;
import io.slipway.agent.run.TaskApiClient;
import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.RunAttempt;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Claims the runs of polled records in one call, and begins those that are granted. */
@ApplicationScoped
class ClaimRuns {
  private static final Logger LOG = Logger.getLogger(ClaimRuns.class);
  private static final int MOST_REMEMBERED = 20_000;

  private final TaskApiClient taskApi;
  private final ExecuteRun executeRun;
  private final QueueDeadLetters deadLetters;
  private final Slots slots;
  private final ObjectMapper json;
  private final RecentGrants granted = new RecentGrants(MOST_REMEMBERED);
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  ClaimRuns(
      TaskApiClient taskApi,
      ExecuteRun executeRun,
      QueueDeadLetters deadLetters,
      Slots slots,
      ObjectMapper json) {
    this.taskApi = taskApi;
    this.executeRun = executeRun;
    this.deadLetters = deadLetters;
    this.slots = slots;
    this.json = json;
  }

  /**
   * What became of polled records.
   *
   * @param acknowledgements one for each record, in their order
   * @param notNow whether task-api answered nothing, or granted nothing at this moment: the intake
   *     asks again after a while
   */
  record Taken(List<AcknowledgeType> acknowledgements, boolean notNow) {}

  /** A record with the attempt that it names. */
  private record Wanted(int index, RunAttempt attempt) {}

  /**
   * Takes polled records. Acknowledged after the claim: an agent that dies in between leaves
   * records that another one gets, asks for, and is told to be taken.
   */
  Taken take(List<ConsumerRecord<String, byte[]>> records) throws InterruptedException {
    List<AcknowledgeType> acknowledgements = new ArrayList<>(records.size());
    List<Wanted> wanted = new ArrayList<>(records.size());
    Set<RunAttempt> named = new HashSet<>();
    boolean putAside = true;
    for (ConsumerRecord<String, byte[]> record : records) {
      switch (QueuedRun.read(record, json)) {
        case QueuedRun.Read.Run run -> {
          if (granted.has(run.attempt()) || !named.add(run.attempt())) {
            acknowledgements.add(AcknowledgeType.ACCEPT); // the same record again
          } else {
            wanted.add(new Wanted(acknowledgements.size(), run.attempt()));
            acknowledgements.add(AcknowledgeType.RELEASE);
          }
        }
        case QueuedRun.Read.Dead dead -> {
          // One that Kafka does not take is waited for; the others would hold up the runs.
          putAside = putAside && deadLetters.take(record, dead.reason());
          acknowledgements.add(putAside ? AcknowledgeType.REJECT : AcknowledgeType.RELEASE);
        }
      }
    }
    boolean notNow = !wanted.isEmpty() && !claim(wanted, acknowledgements);
    return new Taken(acknowledgements, notNow);
  }

  /** Claims; returns whether task-api decided about any of them. */
  private boolean claim(List<Wanted> wanted, List<AcknowledgeType> acknowledgements)
      throws InterruptedException {
    if (!slots.take(wanted.size())) {
      return false; // The agent stops and keeps all slots: another agent may have them.
    }
    int begun = 0;
    List<RunAttempt> attempts = wanted.stream().map(Wanted::attempt).toList();
    try {
      long asked = System.nanoTime();
      List<Claim> claims = taskApi.claim(attempts);
      boolean decided = false;
      for (int i = 0; i < claims.size(); i++) {
        Claim claim = claims.get(i);
        AcknowledgeType acknowledgement =
            switch (claim.outcome()) {
              case CLAIMED, GONE, TAKEN -> AcknowledgeType.ACCEPT;
              case LATER -> AcknowledgeType.RELEASE;
            };
        acknowledgements.set(wanted.get(i).index(), acknowledgement);
        decided |= acknowledgement == AcknowledgeType.ACCEPT;
        if (claim.spec() != null && claim.runToken() != null) {
          granted.add(wanted.get(i).attempt());
          workers.execute(() -> work(claim, asked));
          begun++;
        }
      }
      return decided;
    } catch (IOException away) {
      LOG.warnf("claim of %d runs: %s", wanted.size(), away.getMessage());
      giveBack(attempts);
      return false;
    } finally {
      slots.giveBack(wanted.size() - begun);
    }
  }

  /**
   * Granted or not, nobody begins them here: without this, what was granted would wait for the end
   * of its lease. Before the records are released, so that no later claim is taken back.
   */
  private void giveBack(List<RunAttempt> attempts) throws InterruptedException {
    try {
      taskApi.giveBack(attempts);
    } catch (IOException away) {
      LOG.debugf("%d runs are not given back: %s", attempts.size(), away.getMessage());
    }
  }

  private void work(Claim claim, long asked) {
    try (Slots.Held held = slots.held()) {
      executeRun.execute(claim, asked, held::all);
    } catch (RuntimeException broken) {
      LOG.errorf(broken, "run %s", claim.runUid());
    }
  }
}
