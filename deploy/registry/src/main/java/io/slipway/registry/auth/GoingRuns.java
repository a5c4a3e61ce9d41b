package io.slipway.registry.auth;

import io.slipway.identity.client.jwt.VerifiedToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Knows whether the run that a token was made for still goes on: its tokens end with it, whatever
 * their own end is. A token that was made a moment ago was made for a run that went on then; later
 * task-api is asked, each few seconds for each attempt. While it cannot say, tokens stay good for a
 * little longer than a pause of a service that ends no run; after that none is good until it can.
 */
public final class GoingRuns implements Predicate<VerifiedToken> {
  private static final Logger LOG = Logger.getLogger(GoingRuns.class);

  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration KNOWN_FOR = Duration.ofSeconds(5);
  private static final Duration AWAY_FOR = Duration.ofSeconds(25);
  private static final Duration GRACE = Duration.ofSeconds(80);
  private static final Duration OVER_FOR = Duration.ofMinutes(10);

  /** Attempts that are remembered. */
  private static final int MOST = 20_000;

  /** Asks task-api. */
  public interface Question {
    /** Whether this attempt of a run goes on; fails if nobody can say now. */
    boolean goesOn(String runUid, int attempt) throws IOException, InterruptedException;
  }

  /** It cannot be said now whether a run goes on; its token may still be good. */
  public static final class UnknownException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record Attempt(String runUid, int number) {}

  private record Known(Instant at, CompletableFuture<Optional<Boolean>> answer) {
    /** What is over stays so: the answer is kept for longer than any token lives. */
    boolean holds(Instant now) {
      boolean over = answer.getNow(Optional.empty()).equals(Optional.of(false));
      return at.plus(over ? OVER_FOR : KNOWN_FOR).isAfter(now);
    }
  }

  private final Question question;
  private final InstantSource clock;
  private final Map<Attempt, Known> known = new ConcurrentHashMap<>();
  private Instant awaySince = Instant.MIN;
  private Instant lastAway = Instant.MIN;

  /** With somebody to ask. */
  public GoingRuns(Question question, InstantSource clock) {
    this.question = question;
    this.clock = clock;
  }

  /**
   * Whether a token is of no run, or of one that goes on. Blocks while task-api is asked; fails
   * with {@link UnknownException} if it has not answered for so long that nobody can say.
   */
  @Override
  public boolean test(VerifiedToken token) {
    String uid = token.text("run_uid").orElse(null);
    int attempt = token.claims().get("run_attempt") instanceof Number it ? it.intValue() : 0;
    Instant now = clock.instant();
    return uid == null
        || madeAt(token).plus(FRESH).isAfter(now)
        || goesOn(new Attempt(uid, attempt), now);
  }

  private boolean goesOn(Attempt attempt, Instant now) {
    CompletableFuture<Optional<Boolean>> mine = new CompletableFuture<>();
    Known there =
        known.compute(
            attempt,
            (key, before) -> before != null && before.holds(now) ? before : new Known(now, mine));
    if (there.answer() == mine) {
      if (known.size() > MOST) {
        known.values().removeIf(old -> !old.holds(now));
      }
      mine.complete(ask(attempt, now));
    }
    return there.answer().join().orElseThrow(UnknownException::new);
  }

  private Optional<Boolean> ask(Attempt attempt, Instant now) {
    try {
      boolean goesOn = question.goesOn(attempt.runUid(), attempt.number());
      awaySince(Instant.MIN);
      return Optional.of(goesOn);
    } catch (IOException | RuntimeException away) {
      LOG.warnf("it is not known whether run %s goes on: %s", attempt.runUid(), away.getMessage());
      Instant last = awaySince(now).plus(GRACE).minus(KNOWN_FOR);
      if (!now.isAfter(last)) {
        // Nobody waits for an answer again that soon.
        Instant again = now.plus(AWAY_FOR).isBefore(last) ? now.plus(AWAY_FOR) : last;
        known.put(attempt, new Known(again, CompletableFuture.completedFuture(Optional.of(true))));
        return Optional.of(true);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  /** Since when nobody has answered, as far as somebody was asked; {@code MIN} if one has now. */
  private synchronized Instant awaySince(Instant now) {
    awaySince = lastAway.plus(GRACE).isBefore(now) ? now : awaySince;
    lastAway = now;
    return awaySince;
  }

  /** When the broker made it, or the one that it was made from. */
  private static Instant madeAt(VerifiedToken token) {
    return token.claims().get("run_at") instanceof Number seconds
        ? Instant.ofEpochSecond(seconds.longValue())
        : Instant.EPOCH;
  }
}
