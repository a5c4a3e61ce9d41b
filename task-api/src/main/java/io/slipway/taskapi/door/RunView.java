package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.contract.Causation;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.Platform;
import io.slipway.taskapi.dispatch.QueuePlaces;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunTrigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run as ARM shows it. */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunView(String id, String name, String type, Properties properties) {
  /** Properties of a run. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Properties(
      String runId,
      String status,
      Instant lastUpdatedTime,
      String runType,
      @Nullable String agentPoolName,
      Instant createTime,
      @Nullable Instant startTime,
      @Nullable Instant finishTime,
      List<ImageRef> outputImages,
      @Nullable String task,
      RunTrigger.@Nullable ImageUpdate imageUpdateTrigger,
      RunTrigger.@Nullable Source sourceTrigger,
      RunTrigger.@Nullable Timer timerTrigger,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String requestId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String requestSource,
      Platform platform,
      Map<String, Integer> agentConfiguration,
      @Nullable String sourceRegistryAuth,
      List<String> customRegistries,
      @Nullable String runErrorMessage,
      String provisioningState,
      @JsonProperty("isArchiveEnabled") boolean archived,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer queuePosition,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String queueReason) {}

  /** The view of a run of the registry with this ARM id. */
  public static RunView of(String registryId, Run run) {
    return of(registryId, run, null);
  }

  /** The same with its place in the queue, if it waits. */
  static RunView of(String registryId, Run run, QueuePlaces.@Nullable Place place) {
    Run.Key key = run.key();
    Run.Origin origin = run.origin();
    Run.Times times = run.times();
    Causation request = origin.trigger().request();
    return new RunView(
        registryId + "/runs/" + key.runId(),
        key.runId(),
        "Microsoft.ContainerRegistry/registries/runs",
        new Properties(
            key.runId(),
            run.state().status(),
            times.updated(),
            origin.runType(),
            origin.pool().equals("default") ? null : origin.pool(),
            times.created(),
            times.started(),
            times.finished(),
            run.result().outputImages(),
            key.task(),
            origin.trigger().imageUpdate(),
            origin.trigger().source(),
            origin.trigger().timer(),
            request == null ? null : request.id(),
            request == null ? null : request.source(),
            origin.platform(),
            Map.of("cpu", origin.cpu()),
            null,
            origin.customRegistries(),
            run.result().error(),
            "Succeeded",
            run.archived(),
            place == null ? null : place.position(),
            place == null ? null : place.reason()));
  }
}
