package io.slipway.agent.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the cases by kind and what became of them. */
final class ConformanceTable {
  private enum Column {
    PASSED,
    DIFFERS,
    FAILED
  }

  private final Map<String, int[]> kinds = new TreeMap<>();
  private final List<String> details = new ArrayList<>();

  void passed(ConformanceCase c) {
    count(c.kind(), Column.PASSED);
  }

  void differs(ConformanceCase c, String reason) {
    count(c.kind(), Column.DIFFERS);
    details.add("differs " + c.id() + ": " + reason);
  }

  void failed(ConformanceCase c, String what) {
    count(c.kind(), Column.FAILED);
    details.add("FAILED  " + c.id() + ": " + what);
  }

  private void count(String kind, Column column) {
    kinds.computeIfAbsent(kind, any -> new int[Column.values().length])[column.ordinal()]++;
  }

  int failures() {
    return kinds.values().stream().mapToInt(row -> row[Column.FAILED.ordinal()]).sum();
  }

  String print() {
    StringBuilder out = new StringBuilder();
    out.append(String.format("%-28s %7s %8s %7s%n", "kind", "passed", "differs", "failed"));
    int[] sum = new int[Column.values().length];
    kinds.forEach((kind, row) -> {
      out.append(String.format("%-28s %7d %8d %7d%n", kind, row[0], row[1], row[2]));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += row[i];
      }
    });
    out.append(String.format("%-28s %7d %8d %7d%n", "all", sum[0], sum[1], sum[2]));
    details.forEach(line -> out.append(line).append(System.lineSeparator()));
    return out.toString();
  }
}
