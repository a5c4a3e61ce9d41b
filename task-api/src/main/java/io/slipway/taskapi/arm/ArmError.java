package io.slipway.taskapi.arm;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of every error answer.
 *
 * @param error what is wrong
 */
public record ArmError(Detail error) {

  /**
   * @param code for programs
   * @param message for people
   * @param details one by one what is wrong with the request, left out if it is one thing
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Detail(String code, String message, List<Inner> details) {}

  /**
   * One of the things that are wrong.
   *
   * @param code for programs
   * @param target field that it is about, or null
   * @param message for people
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Inner(String code, @Nullable String target, String message) {}

  /** An error with this code and message. */
  public static ArmError of(String code, String message, List<Inner> details) {
    return new ArmError(new Detail(code, message, details));
  }
}
