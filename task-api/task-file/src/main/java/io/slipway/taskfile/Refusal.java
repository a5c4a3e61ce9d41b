package io.slipway.taskfile;

import org.jspecify.annotations.Nullable;

/**
 * Something that a user asks for cannot be done, and why. The text is for that user: it says what
 * is wrong and, where it can, what would be right; it never holds a secret. A failure that nobody
 * foresaw is not a refusal: it stays the exception that it is.
 */
public class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Blame blame;
  private final String text;
  private final int line;
  private final int column;

  /** Who can do something about it. */
  public enum Blame {
    /** Whoever wrote the task, or the right or server that it needs. */
    USER,
    /** Whoever runs the platform. */
    PLATFORM,
    /** Nobody: it is not supported here; the text says what is. */
    UNSUPPORTED
  }

  /** A refusal that concerns no place in a text, with what led to it, or null. */
  public Refusal(Blame blame, String text, @Nullable Throwable cause) {
    this(blame, text, 0, 0, cause);
  }

  private Refusal(Blame blame, String text, int line, int column, @Nullable Throwable cause) {
    super(text, cause);
    this.blame = blame;
    this.text = text;
    this.line = line;
    this.column = column;
  }

  /** The user's input is wrong, at no place in particular. */
  public static Refusal user(String text) {
    return new Refusal(Blame.USER, text, null);
  }

  /** The user's input is wrong, with what showed it. */
  public static Refusal user(String text, Throwable cause) {
    return new Refusal(Blame.USER, text, cause);
  }

  /** The user's input is wrong at a line and a column, both counted from 1. */
  public static Refusal at(int line, int column, String text) {
    return new Refusal(Blame.USER, text, line, column, null);
  }

  /** The user's input is right, and not supported here. */
  public static Refusal unsupported(String text) {
    return new Refusal(Blame.UNSUPPORTED, text, null);
  }

  /** The same refusal, after what could not be done because of it. */
  public Refusal because(String what) {
    return new Refusal(blame, what + ": " + text, line, column, this);
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
