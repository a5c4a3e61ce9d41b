package io.slipway.gotemplate;

/** What is wrong with a template, and where. */
public final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;
  private final String reason;

  TemplateFailure(int offset, String reason) {
    super(reason, null, false, false);
    this.offset = offset;
    this.reason = reason;
  }

  /** Place in the template, in characters from its start; 0 if it concerns no place. */
  public int offset() {
    return offset;
  }

  /** What is wrong, in the words of Go where Go has some. */
  public String reason() {
    return reason;
  }
}
