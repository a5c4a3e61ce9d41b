package io.slipway.taskapi.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of the records of one batch; those behind a failed one of their key are not in it.
 */
final class SendResults {
  /** How often a record fails while others are sent, before it is set aside. */
  static final int MOST_ATTEMPTS = 20;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int LONGEST_REASON = 500;

  private final List<Outbox.Waiting> sent = new ArrayList<>();
  private final List<Outbox.Dead> dead = new ArrayList<>();
  private final List<Outbox.Waiting> failed = new ArrayList<>();
  private final List<Outbox.Dead> exhausted = new ArrayList<>();

  /** The broker has it. */
  synchronized void sent(Outbox.Waiting one) {
    sent.add(one);
  }

  /** It can never be sent. */
  synchronized void dead(Outbox.Waiting one, Throwable reason) {
    dead.add(new Outbox.Dead(one, text(reason)));
  }

  /** It was not sent this time. */
  synchronized void failed(Outbox.Waiting one, Throwable reason) {
    if (one.attempts() + 1 >= MOST_ATTEMPTS) {
      exhausted.add(new Outbox.Dead(one, "failed " + MOST_ATTEMPTS + " times: " + text(reason)));
    } else {
      failed.add(one);
    }
  }

  synchronized List<Outbox.Waiting> sent() {
    return List.copyOf(sent);
  }

  /** Those to set aside; one that failed too often only if the broker took others meanwhile. */
  synchronized List<Outbox.Dead> dead() {
    List<Outbox.Dead> all = new ArrayList<>(dead);
    if (!sent.isEmpty()) {
      all.addAll(exhausted);
    }
    return List.copyOf(all);
  }

  /**
   * Those to try later. None if the broker took nothing: then it is away, which is no fault of any
   * record, and all stay as they are.
   */
  synchronized List<Outbox.Waiting> deferred() {
    return sent.isEmpty() ? List.of() : List.copyOf(failed);
  }

  /** Whether anything left the outbox. */
  synchronized boolean hasMoved() {
    return !sent.isEmpty() || !dead.isEmpty();
  }

  /** How long a record waits after it failed so often. */
  static Duration pause(int attempts) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private static String text(Throwable reason) {
    String text = reason.toString();
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
  }
}
