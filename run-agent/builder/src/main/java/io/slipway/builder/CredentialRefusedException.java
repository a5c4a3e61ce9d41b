package io.slipway.builder;

/** A credential was refused. The message is for people: who lacks which right on what. */
public class CredentialRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean temporary;

  /**
   * Makes one.
   *
   * @param message for people, without secrets
   * @param temporary whether the same question may be answered later (the broker was not there)
   */
  public CredentialRefusedException(String message, boolean temporary) {
    super(message);
    this.temporary = temporary;
  }

  /** Whether the same question may be answered later. */
  public boolean temporary() {
    return temporary;
  }
}
