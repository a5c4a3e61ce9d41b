package io.slipway.agent.conformance;

import java.util.Map;

/** Checkers of kinds that belong together. */
interface CheckerGroup {
  /** By kind. */
  Map<String, Checker> checkers();

  /**
   * Cases that differ on purpose: id of the case to the first cell of the row in
   * docs/compatibility.md that says why. A case that is listed and holds nevertheless is a failure,
   * so the list cannot go stale.
   */
  default Map<String, String> differences() {
    return Map.of();
  }
}
