package io.slipway.taskapi.baseimage;

import io.slipway.contract.ImageRef;
import io.slipway.taskapi.baseimage.BaseImageRows.Last;
import io.slipway.taskapi.run.course.RunTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A trigger whose images are to be compared, and where it stands after what may become of that. A
 * run is for all that has changed, and the next one waits for its end: it may have met what changed
 * meanwhile, and two of them could push in the wrong order. Pure.
 *
 * @param taskUid its task
 * @param task name of the task
 * @param registry name of the task's registry
 * @param registryUid the task's registry
 * @param firing what the next run is asked for with
 * @param dueAt since when it is due
 * @param going the run that it started last, if that is not over
 * @param last what became of the last time
 * @param images what it watches
 * @param circles what is to be said of those that go in circles
 * @param now time of the database
 */
record DueBaseImages(
    UUID taskUid,
    String task,
    String registry,
    UUID registryUid,
    UUID firing,
    Instant dueAt,
    @Nullable String going,
    Last last,
    List<Image> images,
    Map<WatchedImages.Name, String> circles,
    Instant now) {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /**
   * An image that is watched.
   *
   * @param built its digest in the task's last good run
   * @param seen digest that started a run, or was there before; empty until the first poll
   * @param pollProblem why its registry, which is not of this platform, does not say it; or null
   * @param current what the tag points to now, or null if that is not known
   * @param movedAt since when, or null
   */
  record Image(
      WatchedImages.Name name,
      String built,
      String seen,
      @Nullable String pollProblem,
      @Nullable String current,
      @Nullable Instant movedAt) {
    private boolean isNew() {
      return current != null && !seen.isEmpty() && !current.equals(seen) && !current.equals(built);
    }

    ImageRef ref() {
      return new ImageRef(name.registry(), name.repository(), name.tag(), current);
    }
  }

  /**
   * Where it stands afterwards.
   *
   * @param fired whether the next run is asked for anew
   * @param dueAt when it is to be looked at again, or null if something happens
   * @param seen images whose digests have started a run
   * @param problem what keeps images from starting runs, or null
   * @param circular whether that is because they go in circles
   */
  record After(
      boolean fired,
      @Nullable Instant dueAt,
      Last last,
      List<ImageRef> seen,
      @Nullable String problem,
      boolean circular) {}

  DueBaseImages with(Map<WatchedImages.Name, String> found) {
    return new DueBaseImages(
        taskUid, task, registry, registryUid, firing, dueAt, going, last, images, found, now);
  }

  /** What changed, without images that go in circles. */
  List<Image> changed() {
    return images.stream()
        .filter(image -> image.isNew() && !circles.containsKey(image.name()))
        .toList();
  }

  /** Makes all attempts one run. */
  String key() {
    return "base-image/%s/%s".formatted(taskUid, firing);
  }

  RunTrigger trigger(List<Image> changed) {
    Instant moved =
        changed.stream()
            .map(Image::movedAt)
            .flatMap(Stream::ofNullable)
            .max(Instant::compareTo)
            .orElse(now);
    return RunTrigger.imageUpdate(
        new RunTrigger.ImageUpdate(
            firing.toString(), moved, changed.stream().map(Image::ref).toList()));
  }

  /** Nothing to do; what a run has met by itself is seen. */
  After quiet() {
    List<ImageRef> met =
        images.stream()
            .filter(image -> image.seen.isEmpty() || image.built.equals(image.current))
            .filter(image -> image.current != null && !image.seen.equals(image.current))
            .map(Image::ref)
            .toList();
    String problem = last.runId() == null ? last.problem() : null;
    return after(false, null, new Last(last.occurrence(), last.runId(), problem), met);
  }

  /**
   * There is a run, which may have been asked for by somebody else with other digests: those count.
   */
  After started(String runId, RunTrigger.ImageUpdate update) {
    Last started = new Last(update.timestamp(), runId, null);
    return after(true, null, started, update.images());
  }

  /** The run was refused, and would be again until something changes. */
  After refused(List<Image> changed, String why) {
    Last refused = new Last(now, null, why);
    return after(true, null, refused, changed.stream().map(Image::ref).toList());
  }

  /** There may be a run later. */
  After postponed(String why) {
    Last later = new Last(last.occurrence(), last.runId(), why + " It is tried again.");
    return after(false, now.plus(PAUSE), later, List.of());
  }

  private After after(boolean fired, @Nullable Instant dueAt, Last last, List<ImageRef> seen) {
    return new After(fired, dueAt, last, seen, problem(), !circles.isEmpty());
  }

  private @Nullable String problem() {
    List<String> problems = new ArrayList<>(circles.values());
    images.stream()
        .filter(image -> image.pollProblem != null)
        .limit(5)
        .forEach(image -> problems.add(image.name() + " is not watched: " + image.pollProblem));
    return problems.isEmpty() ? null : String.join(" ", problems);
  }
}
