package io.slipway.taskapi.source.blob;

/** An error in the dialect of blob storage; its texts are this service's own. */
public final class BlobProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /**
   * @param status HTTP status
   * @param code error code of blob storage, as {@code InvalidBlockId}
   */
  public BlobProblem(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String xml() {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>"
        + code
        + "</Code><Message>"
        + getMessage()
        + "</Message></Error>";
  }
}
