package io.slipway.taskfile.plan;

import java.util.Set;

/** Kinds of isolation that Docker knows. */
final class Isolation {
  private static final Set<String> KNOWN = Set.of("default", "process", "hyperv");

  private Isolation() {}

  static boolean isKnown(String isolation) {
    return KNOWN.contains(isolation);
  }

  static String refusal(String isolation) {
    return "must be default, process or hyperv, not " + Properties.shown(isolation);
  }
}
