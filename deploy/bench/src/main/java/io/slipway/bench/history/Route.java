package io.slipway.bench.history;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A query of the history of runs.
 *
 * @param name what it asks for
 * @param path what follows the registry's address
 */
record Route(String name, String path) {

  /**
   * Whether an answer is what the name says: runs, or none without a hit. A filter that finds
   * nothing by mistake would look fast.
   */
  boolean isAnsweredBy(int status, String body) {
    boolean found = status == 200 && !body.contains("\"value\":[]");
    return found != name.endsWith("without a hit");
  }

  /**
   * All of them for a history as {@link FillHistory} makes it.
   *
   * @param rows number of its runs
   */
  static List<Route> all(int rows) {
    List<Route> routes = new ArrayList<>();
    routes.add(new Route("get, the newest", "/runs/" + FillHistory.runId(rows)));
    routes.add(new Route("get, the middle", "/runs/" + FillHistory.runId(rows / 2)));
    routes.add(new Route("get, without a hit", "/runs/zz99"));
    routes.add(new Route("newest 50", "/runs?$top=50"));
    routes.add(page("page in the middle", rows / 2));
    routes.add(page("page near the end", 60));
    routes.add(filter("id", "RunId eq '" + FillHistory.runId(rows / 3) + "'"));
    routes.add(filter("id, without a hit", "RunId eq 'zz99'"));
    routes.add(filter("status", "Status eq 'Failed'"));
    routes.add(filter("status, without a hit", "Status eq 'Queued'"));
    routes.add(filter("not a status", "Status ne 'Succeeded'"));
    routes.add(filter("type", "RunType eq 'QuickBuild'"));
    routes.add(filter("type, without a hit", "RunType eq 'QuickRun'"));
    routes.add(filter("task", "TaskName eq 'task7'"));
    routes.add(filter("task, without a hit", "TaskName eq 'nosuchtask'"));
    routes.add(filter("pool", "AgentPoolName eq 'default'"));
    routes.add(filter("pool, without a hit", "AgentPoolName eq 'nosuchpool'"));
    routes.add(filter("archived", "IsArchiveEnabled eq true"));
    routes.add(filter("image", "contains(OutputImageManifests, '" + FillHistory.image(7) + "')"));
    String unknown = "sha256:" + "0".repeat(64);
    routes.add(filter("image, without a hit", "contains(OutputImageManifests, '" + unknown + "')"));
    times(routes, "created", "CreateTime", rows);
    times(routes, "finished", "FinishTime", rows);
    routes.add(filter("task and status", "TaskName eq 'task7' and Status eq 'Succeeded'"));
    routes.add(
        filter("task and status, without a hit", "TaskName eq 'task7' and Status eq 'Error'"));
    routes.add(filter("one task or another", "TaskName eq 'task7' or TaskName eq 'task8'"));
    return routes;
  }

  private static void times(List<Route> routes, String word, String field, int rows) {
    Instant middle = FillHistory.created(rows, rows / 2);
    Instant after = FillHistory.created(rows, rows / 2 + 60);
    routes.add(
        filter(
            word + " within a time",
            "%s ge %s and %s lt %s".formatted(field, middle, field, after)));
    Instant never = FillHistory.created(rows, 1).minusSeconds(86_400);
    routes.add(filter(word + " before, without a hit", "%s lt %s".formatted(field, never)));
    Instant later = Instant.parse("2100-01-01T00:00:00Z");
    routes.add(filter(word + " after, without a hit", "%s gt %s".formatted(field, later)));
  }

  private static Route page(String name, int place) {
    return new Route(name, "/runs?$top=50&$skipToken=" + FillHistory.number(place));
  }

  private static Route filter(String name, String filter) {
    return new Route(
        "by " + name, "/runs?$top=50&$filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8));
  }
}
