package io.slipway.agent.log;

import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/**
 * The log of one attempt: whole lines that end in CR LF, secrets masked, sent in pieces with their
 * place. Lines of the engine carry the time, output of containers does not.
 */
public final class RunLog {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss ").withZone(ZoneOffset.UTC);
  private static final int PIECE = 32 * 1024;
  private static final String CUT =
      "The log is longer than its limit; the rest of the output is left out.";

  private final RunRef run;
  private final Consumer<LogAppended> publish;
  private final InstantSource clock;
  private final long limit;
  private final SecretMasker masker = new SecretMasker();
  private final StringBuilder pending = new StringBuilder();
  private int pendingBytes;
  private long offset;
  private boolean cut;

  /**
   * Begins at a place.
   *
   * @param offset bytes of earlier attempts
   * @param limit most bytes; beyond it only lines of the engine are kept
   * @param publish takes the pieces
   */
  public RunLog(
      RunRef run, long offset, long limit, InstantSource clock, Consumer<LogAppended> publish) {
    this.run = run;
    this.offset = offset;
    this.limit = limit;
    this.clock = clock;
    this.publish = publish;
  }

  /** What it masks. */
  public SecretMasker masker() {
    return masker;
  }

  /** A line of the engine. */
  public void engine(String line) {
    plain(STAMP.format(clock.instant()) + line);
  }

  /** A line without a time. */
  public synchronized void plain(String line) {
    endOutput();
    append(masker.mask(line));
  }

  /** A line that a step printed. */
  public synchronized void output(String line) {
    masker.next(line).forEach(this::limited);
  }

  /** The step prints no more: nothing need wait for its next line. */
  public synchronized void endOutput() {
    masker.rest().forEach(this::limited);
  }

  private void limited(String line) {
    if (offset + pendingBytes < limit) {
      append(line);
    } else if (!cut) {
      cut = true;
      append(CUT);
    }
  }

  private void append(String masked) {
    String whole = masked + "\r\n";
    int bytes = whole.getBytes(StandardCharsets.UTF_8).length;
    if (pendingBytes + bytes > PIECE) {
      flush();
    }
    pending.append(whole);
    pendingBytes += bytes;
  }

  /** Sends what waits. */
  public synchronized void flush() {
    if (pendingBytes == 0) {
      return;
    }
    publish.accept(new LogAppended(run, offset, pending.toString()));
    offset += pendingBytes;
    pending.setLength(0);
    pendingBytes = 0;
  }

  /** Length of the whole log so far, earlier attempts among it. */
  public synchronized long bytes() {
    return offset + pendingBytes;
  }
}
