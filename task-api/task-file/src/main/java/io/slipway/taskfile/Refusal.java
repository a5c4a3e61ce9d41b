package io.slipway.taskfile;

/**
 * What is asked for will not be done. The text is for the user: it says what is wrong and, where it
 * can, what would be right; it never holds a secret value.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Blame blame;
  private final String text;
  private final int line;
  private final int column;

  /** Who can do something about it. */
  public enum Blame {
    /** The user: the task file, its values, a flag, a name. */
    USER,
    /** Whoever runs the platform: something it needs is missing or does not answer. */
    PLATFORM,
    /** Nobody: what is asked for is understood, and not supported here. */
    UNSUPPORTED
  }

  /** A refusal that concerns no place in a text. */
  public Refusal(Blame blame, String text) {
    this(blame, text, 0, 0);
  }

  private Refusal(Blame blame, String text, int line, int column) {
    super(text);
    this.blame = blame;
    this.text = text;
    this.line = line;
    this.column = column;
  }

  /** The user's input is wrong, at no place in particular. */
  public static Refusal user(String text) {
    return new Refusal(Blame.USER, text);
  }

  /** The user's input is wrong at a line and a column, both counted from 1. */
  public static Refusal at(int line, int column, String text) {
    return new Refusal(Blame.USER, text, line, column);
  }

  /** The user's input is right, and not supported here. */
  public static Refusal unsupported(String text) {
    return new Refusal(Blame.UNSUPPORTED, text);
  }

  /** The platform cannot do it. */
  public static Refusal platform(String text) {
    return new Refusal(Blame.PLATFORM, text);
  }

  /** This refusal with words in front of its text, and with this one as its cause. */
  public Refusal because(String words) {
    Refusal longer = new Refusal(blame, words + text, line, column);
    longer.initCause(this);
    return longer;
  }

  /** What is wrong. */
  public String text() {
    return text;
  }

  /** Who can do something about it. */
  public Blame blame() {
    return blame;
  }

  /** Line of the user's text, counted from 1; 0 if the refusal concerns no place. */
  public int line() {
    return line;
  }

  /**
   * Column, counted from 1; 0 if the refusal concerns no place. Exact where no template or alias
   * comes before it in the line.
   */
  public int column() {
    return column;
  }
}
