package io.slipway.taskfile.template;

/**
 * Carries what is wrong with a template out of the depth of lexer, parser and functions; never
 * leaves this package and those below it.
 */
public final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int UNKNOWN = -1;

  private final int offset;

  /** Makes one for a place in the template, counted from 0. */
  public TemplateFailure(int offset, String message) {
    super(message, null, false, false);
    this.offset = offset;
  }

  /** Makes one whose place only the caller knows. */
  public TemplateFailure(String message) {
    this(UNKNOWN, message);
  }

  /** The same at a place, unless it has one. */
  public TemplateFailure at(int place) {
    return offset == UNKNOWN ? new TemplateFailure(place, reason()) : this;
  }

  /** Place in the template, counted from 0. */
  public int offset() {
    return Math.max(0, offset);
  }

  /** What is wrong. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
