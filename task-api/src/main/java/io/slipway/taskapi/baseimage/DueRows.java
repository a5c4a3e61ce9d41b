package io.slipway.taskapi.baseimage;

import io.slipway.taskapi.baseimage.BaseImageRows.Last;
import io.slipway.taskapi.baseimage.DueBaseImages.Image;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Finds triggers whose images are to be compared, and what their tasks have to do with others. */
@ApplicationScoped
class DueRows {
  /** Tasks that follow from one task; circles over more are not found. */
  private static final int MOST_EDGES = 2_000;

  /** First one of each registry, so that the triggers of one do not hold up another's. */
  private static final String DUE =
      """
      select due.*, task.name as task, registry.name as registry, going.run_id as going,
        clock_timestamp() as now
      from (
        select *, row_number() over (partition by registry_uid order by due_at) as turn
        from base_image_trigger where due_at <= clock_timestamp()) due
      join task on task.uid = due.task_uid
      join registry on registry.uid = due.registry_uid and registry.deleted_at is null
      left join run going on going.registry_uid = due.registry_uid
        and going.run_id = due.last_run and going.finished_at is null
      order by turn, due_at limit $1\
      """;

  private static final String IMAGES =
      """
      select base_image.*,
        coalesce(image_tag.digest, polled) as current,
        coalesce(image_tag.pushed_at, polled_at) as moved_at
      from base_image
        left join image_tag on image_tag.registry_uid = base_image.host_uid
          and image_tag.repository = base_image.repository and image_tag.tag = base_image.tag
      where task_uid = any($1) order by task_uid, base_image.registry, repository, tag\
      """;

  /** What is not said at a push, such as a push that came while the images were being read. */
  private static final String COMPARE =
      """
      update base_image_trigger set due_at = clock_timestamp()
      where enabled and due_at is null and (circular or exists (
        select from base_image
          join image_tag on image_tag.registry_uid = base_image.host_uid
            and image_tag.repository = base_image.repository and image_tag.tag = base_image.tag
        where base_image.task_uid = base_image_trigger.task_uid
          and image_tag.digest not in (built, seen)))\
      """;

  private static final String EDGES =
      """
      with recursive edge (source, target) as (
        select $1::uuid, $1::uuid
        union
        select edge.target, base_image.task_uid from edge
          join built_image on built_image.task_uid = edge.target
          join base_image on base_image.registry = built_image.registry
            and base_image.repository = built_image.repository
            and base_image.tag = built_image.tag)
      select source, target, name, registry_uid from (select * from edge limit $2) edge
        join task on task.uid = target\
      """;

  private static final String BUILT =
      """
      select built_image.* from base_image
        join built_image on built_image.registry = base_image.registry
          and built_image.repository = base_image.repository and built_image.tag = base_image.tag
      where base_image.task_uid = $1 and built_image.task_uid = any($2)\
      """;

  private final Transactions transactions;

  DueRows(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Triggers whose images are to be compared now, at most so many. */
  Uni<List<DueBaseImages>> due(SqlConnection connection, int most) {
    return connection
        .preparedQuery(DUE)
        .execute(Sql.values(most))
        .chain(due -> {
          List<UUID> tasks = new ArrayList<>();
          due.forEach(row -> tasks.add(row.getUUID("task_uid")));
          return tasks.isEmpty()
              ? Uni.createFrom().item(List.of())
              : images(connection, tasks).map(images -> all(due, images));
        });
  }

  private static List<DueBaseImages> all(Iterable<Row> due, Map<UUID, List<Image>> images) {
    List<DueBaseImages> all = new ArrayList<>();
    for (Row row : due) {
      UUID task = row.getUUID("task_uid");
      all.add(
          new DueBaseImages(
              task,
              row.getString("task"),
              row.getString("registry"),
              row.getUUID("registry_uid"),
              row.getUUID("firing"),
              Sql.time(row, "due_at"),
              row.getString("going"),
              new Last(
                  Sql.timeOrNull(row, "last_occurrence"),
                  row.getString("last_run"),
                  row.getString("last_problem")),
              images.getOrDefault(task, List.of()),
              Map.of(),
              Sql.time(row, "now")));
    }
    return all;
  }

  private static Uni<Map<UUID, List<Image>>> images(SqlConnection connection, List<UUID> tasks) {
    return connection
        .preparedQuery(IMAGES)
        .execute(Sql.values((Object) tasks.toArray(UUID[]::new)))
        .map(rows -> {
          Map<UUID, List<Image>> images = new HashMap<>();
          rows.forEach(row ->
              images
                  .computeIfAbsent(row.getUUID("task_uid"), it -> new ArrayList<>())
                  .add(image(row)));
          return images;
        });
  }

  private static Image image(Row row) {
    return new Image(
        name(row),
        row.getString("built"),
        row.getString("seen"),
        row.getString("poll_problem"),
        row.getString("current"),
        Sql.timeOrNull(row, "moved_at"));
  }

  static WatchedImages.Name name(Row row) {
    return new WatchedImages.Name(
        row.getString("registry"), row.getString("repository"), row.getString("tag"));
  }

  /** Makes those due whose images differ, and those whose images went in circles. */
  Uni<Void> compare(SqlConnection connection) {
    return connection.query(COMPARE).execute().replaceWithVoid();
  }

  /** The same with its images that go in circles. */
  Uni<DueBaseImages> withCircles(DueBaseImages due) {
    return transactions.reading(connection ->
        connection
            .preparedQuery(EDGES)
            .execute(Sql.values(due.taskUid(), MOST_EDGES))
            .chain(rows -> {
              List<FindCircles.Edge> edges = new ArrayList<>();
              rows.forEach(row ->
                  edges.add(
                      new FindCircles.Edge(
                          row.getUUID("source"),
                          row.getUUID("target"),
                          row.getString("name"),
                          row.getUUID("registry_uid"))));
              return edges.size() <= 1
                  ? Uni.createFrom().item(due)
                  : circles(connection, due, edges).map(due::with);
            }));
  }

  private static Uni<Map<WatchedImages.Name, String>> circles(
      SqlConnection connection, DueBaseImages due, List<FindCircles.Edge> edges) {
    UUID[] tasks = edges.stream().map(FindCircles.Edge::to).distinct().toArray(UUID[]::new);
    return connection
        .preparedQuery(BUILT)
        .execute(Sql.values(due.taskUid(), tasks))
        .map(rows -> {
          List<FindCircles.Built> built = new ArrayList<>();
          rows.forEach(row -> built.add(new FindCircles.Built(row.getUUID("task_uid"), name(row))));
          return FindCircles.of(due.taskUid(), due.registryUid(), edges, built);
        });
  }
}
