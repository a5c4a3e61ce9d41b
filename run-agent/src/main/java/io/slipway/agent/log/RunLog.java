package io.slipway.agent.log;

import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The log of one attempt: whole lines that end in CR LF, secrets masked, sent in pieces with their
 * offset. Lines of the engine carry the time, output of containers does not.
 *
 * <p>Safe for many threads. A {@link StepLog} locks itself and then this log, never the other way.
 */
public final class RunLog {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss ").withZone(ZoneOffset.UTC);
  private static final int PIECE = LogAppended.MAX_BYTES;

  /** In characters; even with three bytes each a line fits into a piece. */
  private static final int LONGEST_LINE = 16 * 1024;

  private static final String CUT =
      "The log is longer than its limit; the rest of the output is left out.";

  /** Where a log goes. */
  @FunctionalInterface
  public interface Pieces {
    /** Takes a piece, in the order of their offsets; waits for nobody. */
    void publish(LogAppended piece);

    /** Waits until a program that prints may print more. */
    default void pace() {}
  }

  private final RunRef run;
  private final Pieces pieces;
  private final InstantSource clock;
  private final long limit;
  private final SecretMasker masker = new SecretMasker();
  private final StepLog own = new StepLog(this, masker);
  private final StringBuilder pending = new StringBuilder();
  private int pendingBytes;
  private long offset;
  private boolean cut;

  /** Read without the lock by whoever prints: dropping a line must cost nothing. */
  private volatile boolean full;

  /**
   * A log that continues those of earlier attempts.
   *
   * @param offset bytes of earlier attempts
   * @param limit most bytes; beyond it only lines of the engine are kept
   * @param pieces takes the pieces
   */
  public RunLog(RunRef run, long offset, long limit, InstantSource clock, Pieces pieces) {
    this.run = run;
    this.offset = offset;
    this.limit = limit;
    this.clock = clock;
    this.pieces = pieces;
  }

  /** Knows the run's secrets; whoever gets one teaches it before anything is printed. */
  public SecretMasker masker() {
    return masker;
  }

  /** Adds a line of the engine, with the time before it. */
  public void engine(String line) {
    plain(STAMP.format(clock.instant()) + line);
  }

  /** Adds a line of the engine without the time. */
  public void plain(String line) {
    own.close();
    append(masker.mask(line));
  }

  /** Adds a line of a program that is the only one in its run. */
  public void output(String line) {
    own.line(line);
  }

  /** Takes what one program prints while others may print too. */
  public StepLog open() {
    return new StepLog(this, masker);
  }

  /** The only program of the run prints no more. */
  public void endOutput() {
    own.close();
  }

  /**
   * Waits until a program may print more. Without the lock, so that while a program is slowed down
   * the lines of others, and the log's own, are not.
   */
  void pace() {
    pieces.pace();
  }

  /** Whether output is left out from now on. */
  boolean isFull() {
    return full;
  }

  /** Takes lines of a program that are masked already; drops them once the log is full. */
  synchronized void masked(List<String> lines) {
    for (String line : lines) {
      if (offset + pendingBytes >= limit) {
        full = true;
        leftOut();
        return;
      }
      append(line);
    }
  }

  /** Says once that output is left out. */
  synchronized void leftOut() {
    if (!cut) {
      cut = true;
      append(CUT);
    }
  }

  private synchronized void append(String masked) {
    String rest = SanitizedLine.of(masked);
    while (rest.length() > LONGEST_LINE) {
      // Never between the two halves of a character.
      int end = Character.isHighSurrogate(rest.charAt(LONGEST_LINE - 1)) ? 1 : 0;
      line(rest.substring(0, LONGEST_LINE - end));
      rest = rest.substring(LONGEST_LINE - end);
    }
    line(rest);
  }

  private void line(String text) {
    String whole = text + "\r\n";
    int bytes = whole.getBytes(StandardCharsets.UTF_8).length;
    if (pendingBytes + bytes > PIECE) {
      flush();
    }
    pending.append(whole);
    pendingBytes += bytes;
  }

  /**
   * Publishes what waits. Under the lock that appending takes too, so that pieces are published in
   * the order of their offsets.
   *
   * @return whether there was anything
   */
  public synchronized boolean flush() {
    if (pendingBytes == 0) {
      return false;
    }
    pieces.publish(new LogAppended(run, offset, pending.toString()));
    offset += pendingBytes;
    pending.setLength(0);
    pendingBytes = 0;
    return true;
  }

  /** Length of the whole log so far, with that of earlier attempts. */
  public synchronized long bytes() {
    return offset + pendingBytes;
  }
}
