package io.slipway.e2e.faults;

import java.util.Locale;

/**
 * A line of the table that the suite prints.
 *
 * @param name the fault
 * @param accepted requests that were accepted
 * @param finished runs that are over
 * @param lost accepted requests without a run
 * @param doubled runs that ended twice, or whose attempts overlapped
 * @param failed runs that are over and did not succeed
 * @param again runs with more than one attempt
 * @param seconds from the end of the load until all was over
 */
record Outcome(
    String name,
    int accepted,
    int finished,
    int lost,
    int doubled,
    int failed,
    int again,
    long seconds) {
  void print() {
    System.out.printf(
        Locale.ROOT,
        "faults: %-44s accepted %4d  finished %4d  lost %d  doubled %d  failed %d  again %3d  quiet"
            + " after %3d s%n",
        name,
        accepted,
        finished,
        lost,
        doubled,
        failed,
        again,
        seconds);
  }
}
