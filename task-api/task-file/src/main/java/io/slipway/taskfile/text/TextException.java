package io.slipway.taskfile.text;

/** A text cannot be expanded; says where in the user's file and why. */
public class TextException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /** Makes one for a place, counted from 1; 0 and 0 if it concerns no place. */
  public TextException(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** Line of the user's file, counted from 1, or 0. */
  public int line() {
    return line;
  }

  /** Column, counted from 1, or 0; exact where no template or alias comes before it in the line. */
  public int column() {
    return column;
  }

  /** The message, which is always there. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
