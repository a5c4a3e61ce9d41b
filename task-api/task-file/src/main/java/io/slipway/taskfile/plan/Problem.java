package io.slipway.taskfile.plan;

import io.slipway.taskfile.Refusal;

/**
 * What is wrong with a task file, or worth a warning.
 *
 * @param line line of the text, counted from 1; 0 if it concerns no place
 * @param column column, counted from 1; 0 if it concerns no place
 * @param property property, for example {@code steps[1].timeout}, or empty
 * @param message what is wrong and what would be right
 */
public record Problem(int line, int column, String property, String message) {
  /** What is wrong with the text before it is read as YAML. */
  public static Problem of(Refusal malformed) {
    return new Problem(malformed.line(), malformed.column(), "", malformed.text());
  }

  @Override
  public String toString() {
    String place = line == 0 ? "" : "line " + line + ", column " + column + ": ";
    return place + (property.isEmpty() ? "" : property + ": ") + message;
  }
}
