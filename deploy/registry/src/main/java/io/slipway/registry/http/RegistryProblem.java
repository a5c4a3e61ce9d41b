package io.slipway.registry.http;

/** A refusal in OCI's shape. The codes are those of the distribution specification. */
public class RegistryProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  public RegistryProblem(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  static RegistryProblem nameInvalid(String name) {
    return new RegistryProblem(400, "NAME_INVALID", "invalid repository name '" + name + "'");
  }

  static RegistryProblem nameUnknown(String name) {
    return new RegistryProblem(
        404, "NAME_UNKNOWN", "repository '" + name + "' is not known to the registry");
  }

  static RegistryProblem blobUnknown(String digest) {
    return new RegistryProblem(
        404, "BLOB_UNKNOWN", "blob '" + digest + "' is not known to the repository");
  }

  static RegistryProblem manifestUnknown(String reference) {
    return new RegistryProblem(
        404, "MANIFEST_UNKNOWN", "manifest '" + reference + "' is not known to the repository");
  }

  static RegistryProblem uploadUnknown() {
    return new RegistryProblem(
        404, "BLOB_UPLOAD_UNKNOWN", "the upload is not known to the repository");
  }

  static RegistryProblem digestInvalid(String digest) {
    return new RegistryProblem(
        400, "DIGEST_INVALID", "'" + digest + "' is not a digest, or not that of the content");
  }

  /** Of this registry, whatever others do. */
  static RegistryProblem tooMany(String what) {
    return new RegistryProblem(
        429, "TOOMANYREQUESTS", "the registry serves " + what + " at a time; try again");
  }

  /** An attribute of an item forbids it; ACR answers so, too. */
  static RegistryProblem locked(String item, String attribute) {
    return new RegistryProblem(
        405,
        "UNSUPPORTED",
        "The operation is disallowed on this registry, repository or image: %s of '%s' is false"
            .formatted(attribute, item));
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
