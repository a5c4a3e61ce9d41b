package io.slipway.taskfile.read;

import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.text.LineMap;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Collects what is wrong with a task file. Values of the wrong type come first, since the original
 * reads the whole file before it checks anything; the rest in the order of the checks.
 */
final class Problems {
  private static final int MOST = 100;

  private final LineMap lines;
  private final List<Problem> mistyped = new ArrayList<>();
  private final List<Problem> refused = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  /** With the map from lines of the YAML to those of the user's file. */
  Problems(LineMap lines) {
    this.lines = lines;
  }

  void mistyped(Node node, String property, String message) {
    add(mistyped, node, property, message);
  }

  void refused(Node node, String property, String message) {
    add(refused, node, property, message);
  }

  void warn(Node node, String property, String message) {
    add(warnings, node, property, message);
  }

  /** A warning with its place in the user's file. */
  void warn(Problem warning) {
    if (warnings.size() < MOST) {
      warnings.add(warning);
    }
  }

  private void add(List<Problem> problems, Node node, String property, String message) {
    if (problems.size() < MOST) {
      problems.add(
          new Problem(
              lines.source(node.getStartMark().getLine() + 1),
              node.getStartMark().getColumn() + 1,
              property,
              message));
    }
  }

  /** Whether no more are kept. */
  boolean areFull() {
    return refused.size() == MOST || mistyped.size() == MOST || warnings.size() == MOST;
  }

  boolean any() {
    return !mistyped.isEmpty() || !refused.isEmpty();
  }

  List<Problem> all() {
    List<Problem> all = new ArrayList<>(mistyped);
    all.addAll(refused);
    return List.copyOf(all);
  }

  List<Problem> warnings() {
    return List.copyOf(warnings);
  }
}
