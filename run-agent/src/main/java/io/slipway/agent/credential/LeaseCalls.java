package io.slipway.agent.credential;

import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.ServiceToken;
import io.slipway.identity.client.ServiceTokenException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the broker for the leases of all runs of this agent. A question that comes alone, or beside
 * one other, goes at once; while more are under way, further ones gather for the next call. Each of
 * them is opened by its own run's token and answered for itself. Safe for many threads.
 */
@ApplicationScoped
public class LeaseCalls {
  /** Most questions in one call. */
  static final int MOST = 100;

  /** Two, so that one call that hangs does not hold up all others. */
  private static final int CALLS_AT_A_TIME = 2;

  /** Else the second call is made only for who has waited so long: each would hold half as many. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  /** A question with more goes alone: the largest call is far below the broker's limit. */
  private static final int MOST_SCOPES = 10;

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int ASK_ALONE = 202;

  private final String url;
  private final BlockingHttp http;
  private final ServiceToken token;
  private final HolderKey key;
  private final Duration limit;
  private final Duration patience;
  private final Deque<Asked> waiting = new ArrayDeque<>();

  /** Threads that make calls; guarded by {@link #waiting}, as that is. */
  private int callers;

  /** Questions in calls that are under way; guarded likewise. */
  private int underWay;

  @Inject
  LeaseCalls(AgentConfig config, BlockingHttp http, ServiceToken token, HolderKey key) {
    this(config, http, token, key, LIMIT, PATIENCE);
  }

  LeaseCalls(
      AgentConfig config,
      BlockingHttp http,
      ServiceToken token,
      HolderKey key,
      Duration limit,
      Duration patience) {
    this.url = config.brokerUrl() + "/leases";
    this.http = http;
    this.token = token.toward(Audience.BROKER);
    this.key = key;
    this.limit = limit;
    this.patience = patience;
  }

  private record Request(String runToken, String loginServer, List<String> scopes) {
    @Override
    public String toString() {
      return "Request[loginServer=" + loginServer + ", scopes=" + scopes + "]";
    }
  }

  /** Its answer is empty if it must be asked alone. */
  private record Asked(Request request, CompletableFuture<Optional<BlockingHttp.Answer>> answer) {}

  /**
   * What the broker says to one question.
   *
   * @throws IOException if the call that held the question got no answer
   */
  BlockingHttp.Answer ask(String runToken, String loginServer, List<String> scopes)
      throws IOException, InterruptedException {
    Optional<BlockingHttp.Answer> answer =
        scopes.size() > MOST_SCOPES
            ? Optional.empty()
            : together(new Request(runToken, loginServer, scopes));
    return answer.isPresent()
        ? answer.get()
        : http.post(
            url,
            runToken,
            keyHeader(),
            Map.of("loginServer", loginServer, "scopes", scopes),
            limit);
  }

  /** Shows that this process is the one that claimed the runs. */
  Map<String, String> keyHeader() {
    return Map.of(HolderKey.HEADER, key.secret());
  }

  private Optional<BlockingHttp.Answer> together(Request request)
      throws IOException, InterruptedException {
    Asked asked = new Asked(request, new CompletableFuture<>());
    synchronized (waiting) {
      waiting.add(asked);
      beginCalls(underWay <= 1 ? CALLS_AT_A_TIME : 1);
    }
    try {
      return answer(asked);
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    } finally {
      if (!asked.answer().isDone()) { // interrupted: nobody wants to know any more
        synchronized (waiting) {
          boolean unused = waiting.remove(asked);
        }
      }
    }
  }

  private Optional<BlockingHttp.Answer> answer(Asked asked)
      throws ExecutionException, InterruptedException {
    try {
      return asked.answer().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      synchronized (waiting) {
        if (waiting.contains(asked)) {
          beginCalls(CALLS_AT_A_TIME);
        }
      }
      return asked.answer().get();
    }
  }

  /** Begins to make calls, unless so many threads do already; the caller has the lock. */
  private void beginCalls(int most) {
    if (callers < most) {
      callers++;
      // A thread of its own: the end of one run must not end a call that others wait for.
      Thread unused = Thread.ofVirtual().name("leases").start(this::callWhileSomeWait);
    }
  }

  private void callWhileSomeWait() {
    for (List<Asked> batch = next(0); !batch.isEmpty(); batch = next(batch.size())) {
      try {
        call(batch);
      } catch (Exception | Error failed) { // whatever it is, nobody may wait for ever
        batch.forEach(asked -> asked.answer().completeExceptionally(failed));
      }
    }
  }

  /**
   * The next questions; none if this thread is to end.
   *
   * @param answered questions in the call before
   */
  private List<Asked> next(int answered) {
    synchronized (waiting) {
      List<Asked> batch = new ArrayList<>();
      while (batch.size() < MOST && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
      callers -= batch.isEmpty() ? 1 : 0;
      underWay += batch.size() - answered;
      return batch;
    }
  }

  private void call(List<Asked> batch) throws IOException, InterruptedException {
    var requests = Map.of("requests", batch.stream().map(Asked::request).toList());
    List<Optional<BlockingHttp.Answer>> answers;
    try {
      BlockingHttp.Answer all =
          token.callAndWait(
              bearer -> http.post(url + "/batch", bearer, keyHeader(), requests, limit),
              a -> a.status());
      answers = answers(all, batch.size());
    } catch (ServiceTokenException none) {
      // Each run's own token may still open what it needs.
      answers = Collections.nCopies(batch.size(), Optional.empty());
    }
    Iterator<Optional<BlockingHttp.Answer>> next = answers.iterator();
    batch.forEach(asked -> asked.answer().complete(next.next()));
  }

  private static List<Optional<BlockingHttp.Answer>> answers(BlockingHttp.Answer all, int asked)
      throws IOException {
    if (!all.ok()) {
      // Away or busy is so for each of them; a refusal of the whole call says nothing of any.
      boolean isTransient = RetryPolicy.isTransient(all.status());
      return Collections.nCopies(asked, isTransient ? Optional.of(all) : Optional.empty());
    }
    List<Optional<BlockingHttp.Answer>> answers =
        all.each("answers", "lease").stream()
            .map(each -> Optional.of(each).filter(one -> one.status() != ASK_ALONE))
            .toList();
    if (answers.size() != asked) {
      throw new IOException(answers.size() + " answers for " + asked + " leases");
    }
    return answers;
  }
}
