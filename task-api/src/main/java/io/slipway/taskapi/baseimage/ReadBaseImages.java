package io.slipway.taskapi.baseimage;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.logging.Log;
import io.slipway.contract.ImageDependency;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.leader.WaitingRows;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings the base image triggers to what tasks say that were changed, and to what their runs were
 * built from; whoever saved the task, or ended the run.
 */
@ApplicationScoped
class ReadBaseImages {
  private static final TypeReference<List<ImageDependency>> DEPENDENCIES = new TypeReference<>() {};

  /** Each may have a quarter of a megabyte, and as much of images. */
  private static final int PIECE = 20;

  private static final String CHANGED =
      """
      select uid, registry_uid, version, properties, dependencies, dependencies_run,
        base_images_version, base_images_run,
        array(select name from run_image where run_image.registry_uid = task.registry_uid
          and number = dependencies_run) as pushed
      from task
      where properties is not null and version % 2 = 0
        and (base_images_version is distinct from version or base_images_run < dependencies_run)
      order by uid limit $1\
      """;

  /** A task that is being changed will be changed. */
  private static final String READ =
      """
      update task set base_images_version = $2, base_images_run = $4
      where uid = $1 and version = $2 and dependencies_run = $3\
      """;

  private final Leader leader;
  private final WaitingRows waiting;
  private final BaseImageRows rows;
  private final OffLoop offLoop;
  private final JsonText json;

  ReadBaseImages(
      Leader leader, WaitingRows waiting, BaseImageRows rows, OffLoop offLoop, JsonText json) {
    this.leader = leader;
    this.waiting = waiting;
    this.rows = rows;
    this.offLoop = offLoop;
    this.json = json;
  }

  /**
   * @param pushed what that run pushed
   * @param run number of the run that the images are of
   * @param ran whether it is a run alone that is new
   */
  private record Changed(
      UUID uid,
      UUID registry,
      int version,
      String properties,
      String dependencies,
      Set<String> pushed,
      long run,
      boolean ran) {}

  /** Reads tasks that were changed, up to a thousand. */
  Uni<Void> read() {
    return waiting.inTurn(PIECE, ReadBaseImages::changed, this::read);
  }

  private static Uni<List<Changed>> changed(SqlConnection connection, int most) {
    return connection
        .preparedQuery(CHANGED)
        .execute(Sql.values(most))
        .map(found -> {
          List<Changed> changed = new ArrayList<>();
          found.forEach(row -> changed.add(task(row)));
          return changed;
        });
  }

  private static Changed task(Row row) {
    Long read = row.getLong("base_images_run");
    long run = row.getLong("dependencies_run");
    return new Changed(
        row.getUUID("uid"),
        row.getUUID("registry_uid"),
        row.getInteger("version"),
        row.getString("properties"),
        row.getString("dependencies"),
        Set.copyOf(List.of(row.getArrayOfStrings("pushed"))),
        run,
        read != null && read < run);
  }

  private Uni<Void> read(Changed task) {
    return offLoop
        .call(() -> Optional.ofNullable(images(task)))
        .chain(images -> leader.in(connection -> put(connection, task, images.orElse(null))))
        .onFailure(failure -> !Outage.is(failure))
        .recoverWithUni(failure -> {
          // It fails until the task is changed: the others don't wait for that.
          Log.errorf(failure, "The base images of task %s stay as they are", task.uid());
          return leader.in(connection -> mark(connection, task, null).map(marked -> null));
        })
        .replaceWithVoid();
  }

  private @Nullable WatchedImages images(Changed task) {
    return WatchedImages.of(
        json.read(task.properties(), TaskDefinition.class),
        json.read(task.dependencies(), DEPENDENCIES),
        task.pushed());
  }

  private Uni<Void> put(SqlConnection connection, Changed task, @Nullable WatchedImages images) {
    boolean watches = images != null && images.enabled();
    return mark(connection, task, watches ? task.run() : null)
        .chain(same ->
            same
                ? rows.put(connection, task.uid(), task.registry(), images, task.ran())
                : Uni.createFrom().voidItem());
  }

  /** Whether it is still the task that was read. */
  private static Uni<Boolean> mark(SqlConnection connection, Changed task, @Nullable Long run) {
    return connection
        .preparedQuery(READ)
        .execute(Sql.values(task.uid(), task.version(), task.run(), run))
        .map(marked -> marked.rowCount() > 0);
  }
}
