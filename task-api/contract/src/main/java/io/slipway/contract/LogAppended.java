package io.slipway.contract;

/**
 * A piece of a run's log: whole lines that end in CR LF, secrets already masked.
 *
 * @param run the run
 * @param offset position in bytes (UTF-8) of the first byte in the whole log of the run
 * @param text the lines, at most {@value #MAX_BYTES} bytes in UTF-8
 */
public record LogAppended(RunRef run, long offset, String text) implements RunEvent {
  /** Largest text of one piece, in bytes. */
  public static final int MAX_BYTES = 65_536;
}
