package io.slipway.taskapi.door;

import io.slipway.taskapi.baseimage.BaseImageRows;
import io.slipway.taskapi.sourcetrigger.HookAddresses;
import io.slipway.taskapi.sourcetrigger.SourceDeliveries;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.timer.TimerRows;
import io.slipway.taskapi.timer.TimerState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Views of tasks, with where their triggers stand. */
@ApplicationScoped
class TaskViews {
  private final TimerRows timers;
  private final BaseImageRows baseImages;
  private final SourceDeliveries deliveries;
  private final HookAddresses hooks;
  private final JsonText json;

  TaskViews(
      TimerRows timers,
      BaseImageRows baseImages,
      SourceDeliveries deliveries,
      HookAddresses hooks,
      JsonText json) {
    this.timers = timers;
    this.baseImages = baseImages;
    this.deliveries = deliveries;
    this.hooks = hooks;
    this.json = json;
  }

  /**
   * Where the triggers of a task stand.
   *
   * @param baseImages null without such a trigger
   * @param hooks addresses that deliveries go to, by the names of source triggers
   * @param deliveries what became of the last one, by the same names
   */
  record Standing(
      List<TimerState> timers,
      BaseImageRows.@Nullable Last baseImages,
      HookAddresses hooks,
      Map<String, SourceDeliveries.Outcome> deliveries) {}

  /**
   * The hook of a source trigger.
   *
   * @param address where its provider posts, as JSON
   * @param secret what the provider signs with; for Azure DevOps the password, with any user name
   */
  record Hook(String name, String address, String secret) {
    @Override
    public String toString() { // without the secret
      return "Hook[" + name + "]";
    }
  }

  /** The hooks of a task's source triggers. */
  List<Hook> hooks(Task task) {
    return task.definition().trigger().sourceTriggers().stream()
        .map(source ->
            new Hook(
                source.name(),
                hooks.address(task.uid(), source.name()),
                hooks.secret(task.uid(), source.name())))
        .toList();
  }

  Uni<TaskView> of(Task task) {
    return of(List.of(task)).map(List::getFirst);
  }

  Uni<List<TaskView>> of(List<Task> tasks) {
    return Uni.combine()
        .all()
        .unis(timers.of(tasks), baseImages.last(tasks), deliveries.last(tasks))
        .with((states, images, last) ->
            tasks.stream()
                .map(task -> TaskView.of(json, task, standing(task.uid(), states, images, last)))
                .toList());
  }

  private Standing standing(
      UUID task,
      Map<UUID, List<TimerState>> timers,
      Map<UUID, BaseImageRows.Last> images,
      Map<UUID, Map<String, SourceDeliveries.Outcome>> last) {
    return new Standing(
        timers.getOrDefault(task, List.of()),
        images.get(task),
        hooks,
        last.getOrDefault(task, Map.of()));
  }
}
