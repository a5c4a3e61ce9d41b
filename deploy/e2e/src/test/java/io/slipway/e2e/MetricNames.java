package io.slipway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names and labels of the platform's own metrics: documented, scraped, and asked for. */
final class MetricNames {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `((?:slipway|cicd)_\\w+)` \\| ([^|]*)\\| ([^|]*)\\|");
  private static final Pattern TICKED = Pattern.compile("`(\\w+)`");
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^((?:slipway|cicd)_\\w+)(?:\\{([^}]*)\\})? ");
  private static final Pattern TYPE =
      Pattern.compile("(?m)^# TYPE ((?:slipway|cicd)_\\w+) histogram");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"");
  private static final Pattern ASKED =
      Pattern.compile(
          "\\b((?:slipway|cicd|http_server|jvm)[_:][\\w:]+|up|ALERTS)\\b(?:\\{([^}]*)\\})?");
  private static final Pattern BY = Pattern.compile("\\bby \\(([^)]*)\\)");

  private MetricNames() {}

  /**
   * A metric of the document.
   *
   * @param later whether it is there only once it has happened
   */
  record Documented(Set<String> labels, boolean later) {}

  /** The tables of a document. */
  static Map<String, Documented> documented(Path document) throws IOException {
    Map<String, Documented> found = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(document));
    while (row.find()) {
      Set<String> labels =
          TICKED
              .matcher(row.group(3))
              .results()
              .map(label -> label.group(1))
              .collect(Collectors.toCollection(TreeSet::new));
      found.put(row.group(1), new Documented(labels, row.group(2).contains("later")));
    }
    return found;
  }

  /** What an answer of {@code /q/metrics} has: labels by name, histograms as one. */
  static Map<String, Set<String>> scraped(String text) {
    Set<String> histograms =
        TYPE.matcher(text).results().map(type -> type.group(1)).collect(Collectors.toSet());
    Map<String, Set<String>> found = new TreeMap<>();
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      String name = sample.group(1);
      String base = base(name);
      Set<String> labels = sample.group(2) == null ? new TreeSet<>() : labels(sample.group(2));
      labels.remove("le");
      found.merge(histograms.contains(base) ? base : name, labels, MetricNames::both);
    }
    return found;
  }

  /** Name of the histogram that a series may belong to. */
  static String base(String name) {
    return name.replaceFirst("_(bucket|sum|count|max)$", "");
  }

  /** What an expression asks for: labels by name of the metric. */
  static Map<String, Set<String>> asked(String expression) {
    Map<String, Set<String>> found = new TreeMap<>();
    Matcher metric = ASKED.matcher(expression);
    while (metric.find()) {
      Set<String> labels = metric.group(2) == null ? new TreeSet<>() : labels(metric.group(2));
      found.merge(metric.group(1), labels, MetricNames::both);
    }
    return found;
  }

  /** Labels by which an expression adds up. */
  static Set<String> grouped(String expression) {
    Set<String> found = new TreeSet<>();
    Matcher by = BY.matcher(expression);
    while (by.find()) {
      for (String label : by.group(1).split(",")) {
        found.add(label.strip());
      }
    }
    return found;
  }

  private static Set<String> labels(String text) {
    return LABEL
        .matcher(text)
        .results()
        .map(label -> label.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All of both. */
  static Set<String> both(Set<String> one, Set<String> other) {
    Set<String> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }
}
