package io.slipway.agent.credential;

import io.slipway.agent.lease.RunLease;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one run to the broker: repeated while it, or a service or database behind it, is away or
 * busy. A minute's pause of any of them costs time and no run; what is away for longer than that by
 * far ends the step.
 */
public final class BrokerCalls {
  private static final Waits WAITS =
      new Waits(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMinutes(3));

  /** Pauses from the first to the longest, each twice the one before, until patience is over. */
  record Waits(Duration first, Duration longest, Duration patience) {}

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String LEASE_OVER = "LeaseNotActive";
  private static final long LONGEST_ASKED = 30_000;

  private final BlockingHttp http;
  private final String brokerUrl;
  private final LeaseCalls leases;
  private final RunLease lease;
  private final Consumer<String> note;
  private final Waits waits;

  /**
   * For one attempt.
   *
   * @param note takes a line about why something takes longer
   */
  public BrokerCalls(
      BlockingHttp http,
      String brokerUrl,
      LeaseCalls leases,
      RunLease lease,
      Consumer<String> note) {
    this(http, brokerUrl, leases, lease, note, WAITS);
  }

  BrokerCalls(
      BlockingHttp http,
      String brokerUrl,
      LeaseCalls leases,
      RunLease lease,
      Consumer<String> note,
      Waits waits) {
    this.http = http;
    this.brokerUrl = brokerUrl;
    this.leases = leases;
    this.lease = lease;
    this.note = note;
    this.waits = waits;
  }

  /**
   * Posts a body, or gets if there is none.
   *
   * @return what the broker decided
   * @throws IOException if it decided nothing for minutes; the message says why
   */
  BlockingHttp.Answer call(String path, @Nullable Object body)
      throws IOException, InterruptedException {
    return repeated(() ->
        body == null
            ? http.get(brokerUrl + path, lease.token(), leases.keyHeader())
            : http.post(brokerUrl + path, lease.token(), leases.keyHeader(), body, LIMIT));
  }

  /** The same for a credential, by the call that the agent's runs make together. */
  BlockingHttp.Answer lease(String loginServer, List<String> scopes)
      throws IOException, InterruptedException {
    return repeated(() -> leases.ask(lease.token(), loginServer, scopes));
  }

  private interface Call {
    BlockingHttp.Answer make() throws IOException, InterruptedException;
  }

  private BlockingHttp.Answer repeated(Call call) throws IOException, InterruptedException {
    long end = System.nanoTime() + waits.patience().toNanos();
    long next = waits.first().toMillis();
    while (true) {
      String trouble;
      long wait = next;
      try {
        BlockingHttp.Answer answer = call.make();
        if (!mayChange(answer)) {
          return answer;
        }
        trouble = answer.message();
        wait = Math.max(next, Math.min(answer.retryAfter().toMillis(), LONGEST_ASKED));
      } catch (IOException unreachable) {
        trouble = "credential-broker cannot be reached";
      }
      // Random, so that agents that were refused together do not come back together.
      Duration pause = Duration.ofMillis(wait + ThreadLocalRandom.current().nextLong(next));
      if (System.nanoTime() + pause.toNanos() - end > 0) {
        throw new IOException(trouble);
      }
      note.accept(
          "Waiting for a credential: %s; trying again in %d s"
              .formatted(trouble, Math.max(1, pause.toSeconds())));
      Thread.sleep(pause);
      next = Math.min(next * 2, waits.longest().toMillis());
    }
  }

  /**
   * Whether another answer may come by itself. A lease that is over is one that the next heartbeat
   * renews, if the ledger was away; if not, the fence ends this attempt.
   */
  private static boolean mayChange(BlockingHttp.Answer answer) {
    return RetryPolicy.isTransient(answer.status()) || answer.code().equals(LEASE_OVER);
  }
}
