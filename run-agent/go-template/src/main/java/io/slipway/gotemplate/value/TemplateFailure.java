package io.slipway.gotemplate.value;

/** What is wrong with a template, and where. */
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

  /** The same with words in front of the reason. */
  public TemplateFailure because(String words) {
    return new TemplateFailure(offset, words + reason());
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
