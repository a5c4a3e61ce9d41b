package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Metrics, dashboards and alerts say the same as a running platform and its document. */
@Order(81)
class TelemetryIT {
  private static final Workshop WORKSHOP = Workshop.shared();
  private static final Platform PLATFORM = WORKSHOP.platform();
  private static final Path SHIPPED = PLATFORM.root().resolve("deploy/observability");

  /** Offsets of the ports with metrics: the services, the registry, the agents. */
  private static final List<Integer> PORTS = List.of(92, 93, 94, 95, 8, 9);

  /** Labels that Prometheus gives to every series. */
  private static final Set<String> GIVEN = Set.of("job", "instance", "le");

  /** Expressions that may have no result, besides those of metrics that come later. */
  private static final Map<String, String> MAY_BE_EMPTY =
      Map.of("ALERTS", "no alert fires on a healthy platform");

  private static final String FAILS = "steps:\n  - cmd: $Registry/base/shell:1 false\n";

  @Test
  void shouldHaveTheMetricsOfTheDocument() throws Exception {
    WORKSHOP.run(FAILS).failed();
    Map<String, MetricNames.Documented> documented = documented();
    Map<String, Set<String>> scraped = new TreeMap<>();
    for (int port : PORTS) {
      MetricNames.scraped(metrics(PLATFORM.portBase() + port))
          .forEach((name, labels) -> scraped.merge(name, labels, MetricNames::both));
    }
    scraped.keySet().removeIf(name -> name.endsWith("_max") && !documented.containsKey(name));

    assertThat(scraped)
        .allSatisfy((name, labels) -> {
          assertThat(documented).containsKey(name);
          assertThat(labels).as(name).isEqualTo(documented.get(name).labels());
        });
    assertThat(documented.keySet())
        .filteredOn(name -> !documented.get(name).later())
        .isSubsetOf(scraped.keySet());
  }

  @Test
  void shouldAnswerEveryPanelAndEveryRule() throws Exception {
    WORKSHOP.run(FAILS).failed(); // again below: a rate needs two values of the same task
    try (Prometheus prometheus = Prometheus.start(PLATFORM)) {
      prometheus.awaitScrapes(2);
      WORKSHOP.run(FAILS).failed();
      prometheus.awaitScrapes(3);
      Map<String, String> panels = panels();
      List<JsonNode> rules = prometheus.rules();
      assertThat(panels).hasSizeGreaterThan(30);
      assertThat(rules).hasSizeGreaterThan(15);

      Map<String, MetricNames.Documented> documented = documented();
      List<String> wrong = new ArrayList<>();
      panels.forEach((panel, expression) -> {
        wrong.addAll(unknown(prometheus, documented, expression, panel));
        if (prometheus.query(expression).isEmpty() && !mayBeEmpty(documented, expression)) {
          wrong.add(panel + " is empty: " + expression);
        }
      });
      for (JsonNode rule : rules) {
        String name = rule.path("name").asText();
        wrong.addAll(unknown(prometheus, documented, rule.path("query").asText(), name));
        assertThat(rule.path("health").asText()).as("%s", rule).isEqualTo("ok");
        assertThat(rule.path("type").asText().equals("recording") || hasRunbook(rule))
            .as("runbook of %s", name)
            .isTrue();
      }
      assertThat(wrong).isEmpty();
      assertThat(prometheus.series("http_server_requests_seconds_count"))
          .extracting(series -> series.path("uri").asText())
          .contains("/arm/scheduleRun", "/arm/runs");
    }
  }

  @Test
  void shouldAlertWhenItShould() throws IOException {
    String promtool = Prometheus.program(PLATFORM, "promtool");
    Path rules = SHIPPED.resolve("rules");
    for (List<String> words :
        List.of(
            List.of(promtool, "check", "config", "../prometheus.yml"),
            List.of(promtool, "test", "rules", "slipway.test.yml"))) {
      Command.run(rules, Map.of(), Duration.ofSeconds(30), words).succeeded();
    }
  }

  private static boolean hasRunbook(JsonNode alert) {
    String page = alert.path("annotations").path("runbook").asText();
    return page.endsWith("/" + alert.path("name").asText() + ".md")
        && Files.isRegularFile(PLATFORM.root().resolve(page));
  }

  /** Metrics that nobody has, and labels that they do not have. */
  private static List<String> unknown(
      Prometheus prometheus,
      Map<String, MetricNames.Documented> documented,
      String expression,
      String where) {
    List<String> wrong = new ArrayList<>();
    Set<String> all = new HashSet<>(GIVEN);
    MetricNames.asked(expression)
        .forEach((name, asked) -> {
          Set<String> known = labels(prometheus, documented, name);
          if (known.isEmpty() && !MAY_BE_EMPTY.containsKey(name)) {
            wrong.add(where + " asks for " + name + ", which is not there");
          }
          all.addAll(known);
          asked.stream()
              .filter(label -> !known.contains(label) && !MAY_BE_EMPTY.containsKey(name))
              .forEach(label -> wrong.add(where + ": " + name + " has no label " + label));
        });
    MetricNames.grouped(expression).stream()
        .filter(label -> !all.contains(label))
        .forEach(label -> wrong.add(where + " adds up by " + label + ", which is not there"));
    return wrong;
  }

  /** Labels that a metric has; what may come later has them in the document. */
  private static Set<String> labels(
      Prometheus prometheus, Map<String, MetricNames.Documented> documented, String name) {
    Set<String> labels = new TreeSet<>();
    prometheus.series(name).forEach(series -> series.fieldNames().forEachRemaining(labels::add));
    MetricNames.Documented later = later(documented, name);
    if (later != null) {
      labels.addAll(later.labels());
      labels.addAll(GIVEN);
    }
    return labels;
  }

  private static MetricNames.Documented later(
      Map<String, MetricNames.Documented> documented, String name) {
    MetricNames.Documented found = documented.get(name);
    MetricNames.Documented own = found == null ? documented.get(MetricNames.base(name)) : found;
    return own == null || !own.later() ? null : own;
  }

  private static boolean mayBeEmpty(
      Map<String, MetricNames.Documented> documented, String expression) {
    return MetricNames.asked(expression).keySet().stream()
        .anyMatch(name -> MAY_BE_EMPTY.containsKey(name) || later(documented, name) != null);
  }

  /** Expressions of all dashboards, with the values that Grafana would put in. */
  private static Map<String, String> panels() throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(SHIPPED.resolve("grafana"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode dashboard = Api.JSON.readTree(file.toFile());
        String uid = dashboard.path("uid").asText();
        assertThat(file.getFileName()).hasToString(uid + ".json");
        for (JsonNode variable : dashboard.at("/templating/list")) {
          String query = variable.path("definition").asText();
          if (query.startsWith("label_values(")) {
            String[] parts = query.substring(13, query.length() - 1).split(", ");
            found.put(
                uid + " $" + parts[1], filled("sum by (" + parts[1] + ") (" + parts[0] + ")"));
          }
        }
        for (JsonNode panel : dashboard.path("panels")) {
          for (JsonNode target : panel.path("targets")) {
            found.put(
                "%s: %s (%s)"
                    .formatted(uid, panel.path("title").asText(), target.path("refId").asText()),
                filled(target.path("expr").asText()));
          }
        }
      }
    }
    return found;
  }

  private static String filled(String expression) {
    return expression
        .replace("$__rate_interval", "1m")
        .replace("$__range", "1m")
        .replace("$pool", ".*")
        .replace("$registry", ".*")
        .replace("$task", ".*");
  }

  private static Map<String, MetricNames.Documented> documented() throws IOException {
    Map<String, MetricNames.Documented> documented =
        MetricNames.documented(PLATFORM.root().resolve("docs/telemetry.md"));
    assertThat(documented).hasSizeGreaterThan(30);
    return documented;
  }

  private static String metrics(int port) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                  .header("Accept", "text/plain")
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
