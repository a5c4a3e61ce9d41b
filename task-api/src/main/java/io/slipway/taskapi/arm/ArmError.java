package io.slipway.taskapi.arm;

/**
 * Body of every error answer.
 *
 * @param error what is wrong
 */
public record ArmError(Detail error) {

  /**
   * @param code for programs
   * @param message for people
   */
  public record Detail(String code, String message) {}

  /** An error with this code and message. */
  public static ArmError of(String code, String message) {
    return new ArmError(new Detail(code, message));
  }
}
