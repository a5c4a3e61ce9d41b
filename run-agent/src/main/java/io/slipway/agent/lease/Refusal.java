package io.slipway.agent.lease;

import org.jspecify.annotations.Nullable;

/**
 * Something that a run asks for cannot be done, and why. The text is for the run's user and holds
 * no secret. A failure that nobody foresaw is not a refusal: it stays the exception that it is, and
 * ends the run as an error of the agent.
 */
public class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  /** Who has to act. */
  public enum Blame {
    /** Whoever wrote the task, or the right or server that it needs. */
    USER,
    /** Whoever runs the platform. */
    PLATFORM,
    /** Nobody: this agent or its engine cannot do it; the text says what could. */
    UNSUPPORTED
  }

  private final Blame blame;
  private final String text;

  /** With what led to it, or null. */
  public Refusal(Blame blame, String text, @Nullable Throwable cause) {
    super(text, cause);
    this.blame = blame;
    this.text = text;
  }

  /** What the user has to mend. */
  public static Refusal user(String text) {
    return new Refusal(Blame.USER, text, null);
  }

  /** What the user has to mend, with what showed it. */
  public static Refusal user(String text, Throwable cause) {
    return new Refusal(Blame.USER, text, cause);
  }

  /** The same, after what could not be done because of it. */
  public Refusal because(String what) {
    return new Refusal(blame, what + ": " + text, this);
  }

  /** Why, for the user. */
  public String text() {
    return text;
  }

  /** Who has to act. */
  public Blame blame() {
    return blame;
  }
}
