package io.slipway.gotemplate.value;

/** Ends a rendering, from wherever it is; the door makes a {@code TemplateFailure} of it. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int UNKNOWN = -1;

  private final int offset;
  private final String reason;

  /** A failure at a place in the template, counted from 0. */
  public Failure(int offset, String reason) {
    super(reason, null, false, false);
    this.offset = offset;
    this.reason = reason;
  }

  /** A failure whose place only the caller knows; see {@link #at}. */
  public Failure(String reason) {
    this(UNKNOWN, reason);
  }

  /** The same failure at a place, unless it has one. */
  public Failure at(int place) {
    return offset == UNKNOWN ? new Failure(place, reason) : this;
  }

  /** Place in the template, counted from 0. */
  public int offset() {
    return Math.max(0, offset);
  }

  public String reason() {
    return reason;
  }
}
