package io.slipway.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Processor time of processes, from Linux's {@code /proc/PID/stat}.
 *
 * @param seconds in user and kernel mode since the processes began, with their children that have
 *     ended
 */
public record ProcessorTime(double seconds) {
  /** Clock ticks a second of these files; the same on every Linux that Java runs on. */
  private static final double TICKS = 100;

  private static final int USER_FIELD = 11;
  private static final int FIELDS = 4;

  /** None at all. */
  public static final ProcessorTime NONE = new ProcessorTime(0);

  /** Of a process and all below it, such as PostgreSQL's processes for its connections. */
  public static ProcessorTime ofTree(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .map(ProcessorTime::of)
        .reduce(NONE, ProcessorTime::plus);
  }

  /** Of one process, and of its children that have ended; none if it is gone. */
  public static ProcessorTime of(ProcessHandle process) {
    try {
      return parse(Files.readString(Path.of("/proc/" + process.pid() + "/stat")));
    } catch (IOException gone) {
      return NONE;
    }
  }

  /** The name of the program, in parentheses, may hold blanks and parentheses. */
  static ProcessorTime parse(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    double ticks = 0;
    for (int i = USER_FIELD; i < USER_FIELD + FIELDS; i++) {
      ticks += Double.parseDouble(fields[i]);
    }
    return new ProcessorTime(ticks / TICKS);
  }

  /** The sum. */
  public ProcessorTime plus(ProcessorTime other) {
    return new ProcessorTime(seconds + other.seconds);
  }

  /** What came since an earlier look. */
  public ProcessorTime since(ProcessorTime earlier) {
    return new ProcessorTime(seconds - earlier.seconds);
  }
}
