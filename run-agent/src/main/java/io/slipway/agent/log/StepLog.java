package io.slipway.agent.log;

/**
 * What one program prints, line by line into the log of its run. Lines of other programs may stand
 * between its lines, and a secret that it prints over several lines is masked all the same.
 */
public final class StepLog implements AutoCloseable {
  private final RunLog log;
  private final MaskedLines masked;
  private final LineBuffer lines = new LineBuffer(this::line);

  StepLog(RunLog log, SecretMasker masker) {
    this.log = log;
    this.masked = new MaskedLines(masker);
  }

  /** Takes bytes as they come; returns when the program may print more. */
  public void write(byte[] bytes, int offset, int length) {
    if (log.isFull()) {
      return;
    }
    synchronized (this) {
      lines.write(bytes, offset, length);
    }
    log.pace();
  }

  /** Takes a line without its end; it is masked before anybody else sees it. */
  public synchronized void line(String line) {
    if (log.isFull()) {
      log.leftOut();
      return;
    }
    // Before the mask: what a reader sees in one piece is masked in one piece.
    log.masked(masked.next(SanitizedLine.withoutCursor(line)));
  }

  /** The program prints no more: what waits for its next line is shown. */
  @Override
  public synchronized void close() {
    lines.flush();
    log.masked(masked.rest());
  }
}
