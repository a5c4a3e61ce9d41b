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

/** Calls of one run to the broker: repeated while it is away or busy, never beyond a bound. */
public final class BrokerCalls {
  private static final int TRIES = 5;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final BlockingHttp http;
  private final String brokerUrl;
  private final LeaseCalls leases;
  private final RunLease lease;
  private final Consumer<String> note;

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
    this.http = http;
    this.brokerUrl = brokerUrl;
    this.leases = leases;
    this.lease = lease;
    this.note = note;
  }

  /**
   * Posts a body, or gets if there is none.
   *
   * @return what the broker decided
   * @throws IOException if it decided nothing in the given number of tries; the message says why
   */
  BlockingHttp.Answer call(String path, @Nullable Object body)
      throws IOException, InterruptedException {
    return repeated(() ->
        body == null
            ? http.get(brokerUrl + path, lease.token())
            : http.post(brokerUrl + path, lease.token(), body));
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
    for (int tried = 1; ; tried++) {
      String trouble;
      Duration wait = Duration.ofMillis(500L << tried);
      try {
        BlockingHttp.Answer answer = call.make();
        if (!RetryPolicy.isTransient(answer.status())) {
          return answer;
        }
        trouble = answer.message();
        wait = longer(wait, answer.retryAfter());
      } catch (IOException unreachable) {
        trouble = "credential-broker cannot be reached";
      }
      if (tried == TRIES) {
        throw new IOException(trouble);
      }
      // Random, so that agents that were refused together do not come back together.
      Duration pause = wait.plusMillis(ThreadLocalRandom.current().nextLong(500));
      note.accept(
          "Waiting for a credential: %s; trying again in %d s"
              .formatted(trouble, Math.max(1, pause.toSeconds())));
      Thread.sleep(pause);
    }
  }

  private static Duration longer(Duration pause, Duration asked) {
    Duration bounded = asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    return bounded.compareTo(pause) > 0 ? bounded : pause;
  }
}
