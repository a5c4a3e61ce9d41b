package io.slipway.taskapi.baseimage;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.baseimage.DueBaseImages.After;
import io.slipway.taskapi.baseimage.DueBaseImages.Image;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.leader.WaitingRows;
import io.slipway.taskapi.request.StartTriggeredRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Starts the runs of tasks whose base images have changed. The run comes first and is then
 * remembered: whoever dies in between has it done again with the same key, which is the same run.
 */
@ApplicationScoped
public class FireBaseImages {
  private static final int PIECE = 100;

  private final Leader leader;
  private final WaitingRows waiting;
  private final ReadBaseImages readBaseImages;
  private final DueRows dueRows;
  private final BaseImageRows rows;
  private final StartTriggeredRun start;

  FireBaseImages(
      Leader leader,
      WaitingRows waiting,
      ReadBaseImages readBaseImages,
      DueRows dueRows,
      BaseImageRows rows,
      StartTriggeredRun start) {
    this.leader = leader;
    this.waiting = waiting;
    this.readBaseImages = readBaseImages;
    this.dueRows = dueRows;
    this.rows = rows;
    this.start = start;
  }

  /** One sweep, on the instance that leads: what pushes and ended runs have made due. */
  @Scheduled(
      every = "${slipway.base-images.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of("The search for new base images", readBaseImages.read().chain(() -> fire()));
  }

  /** Compares all images, on the instance that leads: nothing depends on a push being told. */
  @Scheduled(
      every = "${slipway.base-images.compare-every:1m}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> compare() {
    return Sweep.of("The comparison of base images", leader.in(dueRows::compare).replaceWithVoid());
  }

  private Uni<Void> fire() {
    return waiting.atOnce(PIECE, dueRows::due, this::fire);
  }

  private Uni<Void> fire(DueBaseImages due) {
    return dueRows
        .withCircles(due)
        .chain(this::after)
        .chain(after -> rows.settle(due, after))
        .onFailure(failure -> !Outage.is(failure))
        .recoverWithUni(failure -> {
          Log.errorf(failure, "The base images of task %s failed", due.task());
          return rows.settle(due, due.postponed("It failed within Slipway."));
        });
  }

  private Uni<After> after(DueBaseImages due) {
    List<Image> changed = due.changed();
    if (changed.isEmpty()) {
      return Uni.createFrom().item(due.quiet());
    }
    if (due.going() != null) {
      return Uni.createFrom()
          .item(due.postponed("A base image has changed while run " + due.going() + " goes on."));
    }
    RunTrigger trigger = due.trigger(changed);
    StartTriggeredRun.Fired fired =
        new StartTriggeredRun.Fired(due.registry(), due.task(), due.taskUid(), trigger, due.key());
    return start
        .start(fired, FireBaseImages::isStill)
        .map(outcome ->
            switch (outcome) {
              case StartTriggeredRun.Started started -> started(due, started.run());
              case StartTriggeredRun.Refused refused -> due.refused(changed, refused.why());
              case StartTriggeredRun.Later later -> due.postponed(later.why());
            });
  }

  private static After started(DueBaseImages due, Run run) {
    RunTrigger.ImageUpdate update = run.origin().trigger().imageUpdate();
    if (update == null) {
      throw new IllegalStateException("run " + run.key().runId() + " has no image update");
    }
    return due.started(run.key().runId(), update);
  }

  private static boolean isStill(Triggers triggers) {
    Triggers.BaseImage trigger = triggers.baseImageTrigger();
    return trigger != null && trigger.isEnabled();
  }
}
