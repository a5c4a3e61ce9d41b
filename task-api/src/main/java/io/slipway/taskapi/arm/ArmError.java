package io.slipway.taskapi.arm;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
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
   * @param additionalInfo more for programs, left out if there is none
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Inner(
      String code, @Nullable String target, String message, List<MoreInfo> additionalInfo) {}

  /**
   * More about an error.
   *
   * @param type of the info
   * @param info the info itself
   */
  public record MoreInfo(String type, Map<String, Object> info) {}

  /** An error with this code and message. */
  public static ArmError of(String code, String message, List<Inner> details) {
    return new ArmError(new Detail(code, message, details));
  }
}
