package io.slipway.agent.context;

import java.io.IOException;

/**
 * A context breaks a rule or a limit; the message is for the run's user. An IOException, because it
 * is also thrown within streams; {@link FetchContext} makes a refusal of it.
 */
final class ContextRefusedException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 200;

  ContextRefusedException(String message) {
    super(message);
  }

  ContextRefusedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A name from outside, safe to show: without control characters, at most 200 characters. */
  static String shown(String name) {
    String plain = name.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
