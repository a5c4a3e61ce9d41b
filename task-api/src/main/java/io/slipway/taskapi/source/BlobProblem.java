package io.slipway.taskapi.source;

/** An error in the dialect of blob storage; its texts are this service's own. */
final class BlobProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  BlobProblem(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String xml() {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>"
        + code
        + "</Code><Message>"
        + getMessage()
        + "</Message></Error>";
  }
}
