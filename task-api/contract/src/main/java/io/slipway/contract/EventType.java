package io.slipway.contract;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The CloudEvents types of the events, and the schema and record that belong to each. */
public enum EventType {
  RUN_REQUESTED("run.requested", RunRequested.class),
  CANCEL_REQUESTED("run.cancelrequested", CancelRequested.class),
  RUN_ACCEPTED("run.accepted", RunAccepted.class),
  RUN_QUEUED("run.queued", RunQueued.class),
  RUN_STARTED("run.started", RunStarted.class),
  STEP_STARTED("step.started", StepStarted.class),
  STEP_COMPLETED("step.completed", StepCompleted.class),
  IMAGE_PUSHED("image.pushed", ImagePushed.class),
  RUN_COMPLETED("run.completed", RunCompleted.class),
  RUN_REJECTED("run.rejected", RunRejected.class),
  LOG_APPENDED("log.appended", LogAppended.class);

  private static final Map<String, EventType> BY_TYPE =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::type, Function.identity()));
  private static final Map<Class<? extends RunEvent>, EventType> BY_RECORD =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::record, Function.identity()));

  private final String name;
  private final Class<? extends RunEvent> record;

  EventType(String name, Class<? extends RunEvent> record) {
    this.name = name;
    this.record = record;
  }

  /** Value of {@code ce_type}, for example {@code io.slipway.run.queued.v1}. */
  public String type() {
    return "io.slipway." + name + ".v1";
  }

  /** Value of {@code ce_dataschema}: a relative reference to the JSON Schema of the data. */
  public String schema() {
    return "/schemas/" + name + ".v1.json";
  }

  /** Record that the data reads into. */
  public Class<? extends RunEvent> record() {
    return record;
  }

  /** Type with the given {@code ce_type}, or empty for one that this version does not know. */
  public static Optional<EventType> of(String type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  /** Type of an event. */
  public static EventType of(RunEvent event) {
    return Objects.requireNonNull(BY_RECORD.get(event.getClass()));
  }
}
