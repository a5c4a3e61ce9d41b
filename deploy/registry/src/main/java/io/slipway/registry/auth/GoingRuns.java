package io.slipway.registry.auth;

import io.slipway.identity.client.jwt.VerifiedToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the run that a token was made for still goes on: its tokens end with it, whatever
 * their own end is. A token that was made a moment ago was made for a run that went on then; later
 * task-api is asked, each few seconds for each attempt. While it cannot say, a token is good until
 * its own end, for a run must not fail because task-api is away.
 */
public final class GoingRuns implements Predicate<VerifiedToken> {
  private static final Logger LOG = Logger.getLogger(GoingRuns.class);

  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration KNOWN_FOR = Duration.ofSeconds(5);
  private static final Duration AWAY_FOR = Duration.ofSeconds(25);
  private static final Duration OVER_FOR = Duration.ofMinutes(10);

  /** Attempts that are remembered. */
  private static final int MOST = 20_000;

  /** Asks task-api. */
  @FunctionalInterface
  public interface Question {
    /** Whether this attempt of a run goes on; fails if nobody can say now. */
    boolean goesOn(String runUid, int attempt) throws IOException, InterruptedException;
  }

  private record Attempt(String runUid, int number) {}

  private record Known(Instant at, CompletableFuture<Boolean> goesOn) {
    /** What is over stays so: the answer is kept for longer than any token lives. */
    boolean holds(Instant now) {
      boolean over = goesOn.isDone() && Boolean.FALSE.equals(goesOn.getNow(true));
      return at.plus(over ? OVER_FOR : KNOWN_FOR).isAfter(now);
    }
  }

  private final Question question;
  private final InstantSource clock;
  private final Map<Attempt, Known> known = new ConcurrentHashMap<>();

  /** With somebody to ask. */
  public GoingRuns(Question question, InstantSource clock) {
    this.question = question;
    this.clock = clock;
  }

  /** Whether a token is of no run, or of one that goes on. Blocks while task-api is asked. */
  @Override
  public boolean test(VerifiedToken token) {
    String uid = token.text("run_uid").orElse(null);
    Instant now = clock.instant();
    return uid == null
        || madeAt(token).plus(FRESH).isAfter(now)
        || goesOn(new Attempt(uid, number(token.claims().get("run_attempt"))), now);
  }

  private boolean goesOn(Attempt attempt, Instant now) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    Known there =
        known.compute(
            attempt,
            (key, before) -> before != null && before.holds(now) ? before : new Known(now, mine));
    if (there.goesOn() == mine) {
      forgetOld(now);
      mine.complete(ask(attempt, now));
    }
    return there.goesOn().join();
  }

  private boolean ask(Attempt attempt, Instant now) {
    try {
      return question.goesOn(attempt.runUid(), attempt.number());
    } catch (IOException | RuntimeException away) {
      LOG.warnf("it is not known whether run %s goes on: %s", attempt.runUid(), away.getMessage());
      // Nobody waits for an answer again that soon.
      known.put(attempt, new Known(now.plus(AWAY_FOR), CompletableFuture.completedFuture(true)));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private void forgetOld(Instant now) {
    if (known.size() > MOST) {
      known.values().removeIf(old -> !old.holds(now));
    }
  }

  /** When the broker made it, or the one that it was made from. */
  private static Instant madeAt(VerifiedToken token) {
    return token.claims().get("run_at") instanceof Number seconds
        ? Instant.ofEpochSecond(seconds.longValue())
        : Instant.EPOCH;
  }

  private static int number(@Nullable Object claim) {
    return claim instanceof Number number ? number.intValue() : 0;
  }
}
