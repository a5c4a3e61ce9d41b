package io.slipway.identity.token;

import java.time.Duration;

/** How long tokens live ({@code docs/interfaces.md} sections 1 and 2). */
public final class TokenLife {
  /** ARM and service tokens. */
  public static final Duration ACCESS = Duration.ofHours(1);

  /**
   * Act-as grants, and what is made from them: the broker keeps an exchange for four minutes, and a
   * registry token that is made at the end of these lives for five more.
   */
  public static final Duration ACT_AS = Duration.ofMinutes(10);

  /** Until the event is on Kafka. */
  public static final Duration RUN_REQUEST = Duration.ofMinutes(5);

  public static final Duration REGISTRY_REFRESH = Duration.ofHours(3);

  public static final Duration REGISTRY_ACCESS = Duration.ofMinutes(5);

  /** The longest of them. */
  public static final Duration LONGEST = REGISTRY_REFRESH;

  private TokenLife() {}
}
