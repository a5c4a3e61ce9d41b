package io.slipway.e2e.faults;

import io.slipway.e2e.Workshop;

/** Tasks of the load: each prints numbered lines, and carries its run's id on its command line. */
final class Tasks {
  /** Stands before the id of the run on the command line of a step. */
  static final String MARK = "fault-step";

  /** Prints its lines at once. */
  static final String SHORT = "fault-short";

  /** Prints a line a second, for longer than two leases. */
  static final String LONG = "fault-long";

  /** Prints a line a second; long enough to be caught in the middle. */
  static final String MEDIUM = "fault-medium";

  /** Lines that {@link #SHORT} prints. */
  static final int SHORT_LINES = 20;

  /** Lines that {@link #LONG} prints, and seconds that it takes. */
  static final int LONG_LINES = 30;

  /** Lines that {@link #MEDIUM} prints, and seconds that it takes. */
  static final int MEDIUM_LINES = 12;

  /** Prints a line a second; as short as can be caught in the middle on a busy machine. */
  static final String BRIEF = "fault-brief";

  /** Lines that {@link #BRIEF} prints, and seconds that it takes. */
  static final int BRIEF_LINES = 5;

  private Tasks() {}

  static void make(Workshop workshop) {
    workshop.task(SHORT, yaml(SHORT_LINES, ""));
    workshop.task(MEDIUM, yaml(MEDIUM_LINES, "sleep 1; "));
    workshop.task(BRIEF, yaml(BRIEF_LINES, "sleep 1; "));
    workshop.task(LONG, yaml(LONG_LINES, "sleep 1; "));
  }

  /** Lines of a task's log. */
  static int lines(String task) {
    return switch (task) {
      case SHORT -> SHORT_LINES;
      case MEDIUM -> MEDIUM_LINES;
      case BRIEF -> BRIEF_LINES;
      default -> LONG_LINES;
    };
  }

  private static String yaml(int lines, String pause) {
    return """
    steps:
      - id: lines
        cmd: $Registry/base/shell:1 sh -c 'echo %s $ID; for i in %s; do echo line $i of %d; %sdone'
    """
        .formatted(MARK, numbers(lines), lines, pause);
  }

  private static String numbers(int most) {
    StringBuilder numbers = new StringBuilder("1");
    for (int number = 2; number <= most; number++) {
      numbers.append(' ').append(number);
    }
    return numbers.toString();
  }
}
