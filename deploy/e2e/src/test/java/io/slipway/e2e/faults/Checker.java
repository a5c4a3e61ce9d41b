package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Platform;
import io.slipway.e2e.faults.LedgerRows.Row;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Judges a load when the faults are over: each accepted request is one run that ended once, no
 * steps of two attempts overlapped, logs have no gap, and nothing is left behind.
 */
final class Checker {
  private static final Duration QUIET = Duration.ofMinutes(4);
  private static final Duration TIDY = Duration.ofMinutes(1);
  private static final Duration EVENTS = Duration.ofSeconds(30);

  /** Logs that are read through the API, beside those of all runs with several attempts. */
  private static final int LOGS = 25;

  private final Stage stage;
  private final Load load;
  private final Map<String, String> ended = new ConcurrentHashMap<>();
  private final Set<String> faults = new TreeSet<>();
  private boolean failuresAllowed;

  Checker(Stage stage, Load load) {
    this.stage = stage;
    this.load = load;
  }

  /** A run may have failed for want of what was away, after bounded retries; once, as any end. */
  void allowFailures() {
    failuresAllowed = true;
  }

  /** Looks at the states so far: one that is terminal now must be the same at the end. */
  void noteStates() {
    try {
      stage.ledger().of(load.sent()).stream()
          .filter(Row::isTerminal)
          .forEach(row -> note(row.key(), row.status()));
    } catch (SQLException away) {
      // The database is what is being paused; the next look sees it.
    }
  }

  private void note(String key, String status) {
    String before = ended.putIfAbsent(key, status);
    if (before != null && !before.equals(status)) {
      faults.add(key + " went from " + before + " to " + status);
    }
  }

  /** Waits until the load is done with, judges it, prints a line of the table, and asserts. */
  Outcome judge(String name) throws SQLException {
    long begin = System.nanoTime();
    noteStates();
    Platform.await(name + ": every run is over and logged", QUIET, this::isQuiet);
    long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    noteStates();
    List<Row> rows = stage.ledger().of(load.sent());
    Map<String, List<Row>> byKey = rows.stream().collect(Collectors.groupingBy(Row::key));
    Set<String> lost = new TreeSet<>(load.accepted().keySet());
    lost.removeAll(byKey.keySet());
    Set<String> doubled = doubled(byKey);
    for (Row row : rows) {
      if (!row.status().equals("Succeeded")
          && !(failuresAllowed && row.status().equals("Failed"))) {
        faults.add(row.runId() + " is " + row.status() + " in attempt " + row.attempt());
      }
    }
    readLogs(rows);
    faults.addAll(leftBehind());
    Outcome outcome =
        new Outcome(
            name,
            load.accepted().size(),
            (int) rows.stream().filter(Row::isTerminal).count(),
            lost.size(),
            doubled.size(),
            (int) rows.stream().filter(row -> !row.status().equals("Succeeded")).count(),
            (int) rows.stream().filter(row -> row.attempt() > 1).count(),
            seconds);
    outcome.print();
    assertThat(lost).as("%s: accepted, and not in the ledger", name).isEmpty();
    assertThat(doubled).as("%s: ended twice, or two attempts at once", name).isEmpty();
    assertThat(faults).as("%s: what else is wrong", name).isEmpty();
    return outcome;
  }

  private boolean isQuiet() {
    try {
      List<Row> rows = stage.ledger().of(load.sent());
      Set<String> there = rows.stream().map(Row::key).collect(Collectors.toSet());
      return rows.stream().allMatch(row -> row.isTerminal() && row.logged())
          && there.containsAll(load.accepted().keySet());
    } catch (SQLException away) {
      return false;
    }
  }

  private Set<String> doubled(Map<String, List<Row>> byKey) {
    Set<String> doubled = new TreeSet<>();
    byKey.forEach((key, rows) -> {
      if (rows.size() > 1) {
        doubled.add(key + ": " + rows);
      }
    });
    List<Row> rows = byKey.values().stream().flatMap(List::stream).toList();
    Platform.await(
        "the ends of all runs are read from Kafka",
        EVENTS,
        () -> rows.stream().allMatch(row -> stage.ends().of(row.uid(), row.attempt()) > 0));
    for (Row row : rows) {
      int ends = stage.ends().of(row.uid(), row.attempt());
      if (ends > 1) {
        doubled.add(row.runId() + ": " + ends + " ends of attempt " + row.attempt());
      }
      Optional.ofNullable(stage.steps().overlaps().get(row.runId()))
          .ifPresent(overlap -> doubled.add(row.runId() + ": " + overlap));
    }
    return doubled;
  }

  private void readLogs(List<Row> rows) {
    List<Row> some =
        new ArrayList<>(rows.stream().filter(row -> row.status().equals("Succeeded")).toList());
    Collections.shuffle(some, stage.random());
    some.sort((a, b) -> Integer.compare(weight(b), weight(a)));
    for (Row row : some.subList(0, Math.min(LOGS, some.size()))) {
      String task = load.accepted().getOrDefault(row.key(), Tasks.SHORT);
      NumberedLines.fault(stage.api().log(row.runId()), Tasks.lines(task), row.attempt())
          .ifPresent(fault -> faults.add("log of " + row.runId() + ": " + fault));
    }
  }

  /** Long runs and those with several attempts first. */
  private int weight(Row row) {
    boolean isLong = Tasks.LONG.equals(load.accepted().get(row.key()));
    return (isLong ? 1 : 0) + (row.attempt() > 1 ? 2 : 0);
  }

  private Set<String> leftBehind() {
    try {
      Platform.await("nothing is left behind", TIDY, () -> remains().isEmpty());
      return Set.of();
    } catch (AssertionError late) {
      return remains();
    }
  }

  private Set<String> remains() {
    Set<String> remains = new TreeSet<>();
    stage.steps().alive().forEach(run -> remains.add("step of " + run));
    Parts.AGENTS.forEach(
        agent -> stage.parts().filesOf(agent).forEach(file -> remains.add(file.toString())));
    try {
      long waiting = stage.ledger().waiting();
      if (waiting > 0) {
        remains.add(waiting + " runs and records that wait");
      }
    } catch (SQLException failed) {
      remains.add("the ledger does not answer: " + failed.getMessage());
    }
    return remains;
  }
}
