package io.slipway.e2e.faults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the process table all the time for the steps of {@link Tasks}, which carry the id of
 * their run on their command line. A run has one step, and each attempt of it a process namespace
 * of its own: two namespaces of one run at the same moment are two attempts that overlap. One after
 * the other may have the same number, so attempts are told apart by when they began, too.
 */
final class StepWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Pattern STEP =
      Pattern.compile("(?s)^(?:/\\S*/)?sh -c .*" + Tasks.MARK + " (\\w+).*");

  private final Map<String, String> overlaps = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> attempts = new ConcurrentHashMap<>();
  private volatile Map<String, Map<String, Step>> alive = Map.of();
  private volatile boolean closed;
  private final Thread thread = Thread.ofPlatform().name("step watch").daemon().unstarted(this::go);

  /**
   * The oldest process of a step.
   *
   * @param began in ticks since the machine started
   */
  private record Step(long pid, long began) {
    static Step oldest(Step a, Step b) {
      return a.began <= b.began ? a : b;
    }
  }

  static StepWatch open() {
    StepWatch watch = new StepWatch();
    watch.thread.start();
    return watch;
  }

  /** Runs whose attempts overlapped, with what was seen. */
  Map<String, String> overlaps() {
    return Map.copyOf(overlaps);
  }

  /** Runs with a step that is alive, seen not long ago. */
  Set<String> alive() {
    return alive.keySet();
  }

  /** How many attempts of a run were seen with a step. */
  int attempts(String runId) {
    return attempts.getOrDefault(runId, Set.of()).size();
  }

  /** A process of a run's step, if there is one. */
  Optional<ProcessHandle> process(String runId) {
    return alive.getOrDefault(runId, Map.of()).values().stream()
        .findFirst()
        .flatMap(step -> ProcessHandle.of(step.pid()));
  }

  /** Whether a process has not ended, as the process table says. */
  static boolean isAlive(long pid) {
    return namespace(pid).isPresent();
  }

  private void go() {
    while (!closed) {
      Map<String, Map<String, Step>> seen = scan();
      seen.forEach(this::judge);
      alive = seen;
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException stop) {
        return;
      }
    }
  }

  private void judge(String runId, Map<String, Step> steps) {
    Set<String> all = attempts.computeIfAbsent(runId, id -> ConcurrentHashMap.newKeySet());
    steps.forEach((space, step) -> all.add(space + " since " + step.began()));
    // One that ended while the table was read is not there at the second look.
    Set<Step> still = new HashSet<>(steps.values());
    still.removeIf(step -> namespace(step.pid()).isEmpty());
    if (still.size() > 1) {
      overlaps.put(runId, "processes " + still + " at the same time");
    }
  }

  /** By run the namespaces in which a step of it is alive, each with one process. */
  private static Map<String, Map<String, Step>> scan() {
    Map<String, Map<String, Step>> seen = new HashMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        Matcher step = STEP.matcher(commandLine(process));
        if (step.matches()) {
          long pid = Long.parseLong(process.getFileName().toString());
          namespace(pid)
              .ifPresent(space ->
                  began(pid)
                      .ifPresent(began ->
                          seen.computeIfAbsent(step.group(1), id -> new HashMap<>())
                              .merge(space, new Step(pid, began), Step::oldest)));
        }
      }
    } catch (IOException changed) {
      // Seen in part; the next look comes soon.
    }
    return seen;
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  /** Process namespace of a process; empty once it has ended, even if nobody has waited for it. */
  private static Optional<String> namespace(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state == 'Z' || state == 'X'
          ? Optional.empty()
          : Optional.of(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid")).toString());
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** The twenty-second field of what the kernel tells of a process; its name may have blanks. */
  private static Optional<Long> began(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return Optional.of(Long.valueOf(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
