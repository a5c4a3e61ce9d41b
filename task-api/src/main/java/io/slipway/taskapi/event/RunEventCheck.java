package io.slipway.taskapi.event;

import io.slipway.contract.CancelRequested;
import io.slipway.contract.ImagePushed;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunAccepted;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunRejected;
import io.slipway.contract.RunRequested;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepCompleted;
import io.slipway.contract.StepStarted;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks that an event has what its schema requires; JSON alone would leave nulls. */
final class RunEventCheck {
  private static final int LONGEST_NAME = 50;
  private static final int MOST_VALUES = 100;
  private static final int LONGEST_VALUE = 8_192;

  private RunEventCheck() {}

  /**
   * @throws IllegalArgumentException naming the field that is missing or out of range
   */
  static void check(RunEvent event) {
    switch (event) {
      case RunRequested requested -> {
        name(requested.registry(), "registry");
        if (requested.request() == null || requested.task() != null) {
          name(requested.task(), "task");
        }
        values(requested.values());
        if (requested.request() != null && !requested.values().isEmpty()) {
          throw new IllegalArgumentException("values go into request, which is there too");
        }
      }
      case CancelRequested requested -> {
        name(requested.registry(), "registry");
        name(requested.runId(), "runId");
      }
      case RunAccepted accepted -> {
        run(accepted.run());
        required(accepted.resourceId(), "resourceId");
      }
      case RunQueued queued -> run(queued.run());
      case RunStarted started -> {
        run(started.run());
        required(started.agent(), "agent");
      }
      case StepStarted started -> {
        run(started.run());
        required(started.stepId(), "stepId");
      }
      case StepCompleted completed -> run(completed.run());
      case ImagePushed pushed -> {
        run(pushed.run());
        required(pushed.image(), "image");
      }
      case RunCompleted completed -> {
        run(completed.run());
        required(completed.outcome(), "outcome");
        required(completed.finishedAt(), "finishedAt");
        required(completed.outputImages(), "outputImages");
        required(completed.dependencies(), "dependencies");
        notNegative(completed.logBytes(), "logBytes");
      }
      case RunRejected rejected -> required(rejected.requestId(), "requestId");
      case LogAppended appended -> {
        run(appended.run());
        required(appended.text(), "text");
        notNegative(appended.offset(), "offset");
        int size = appended.text().getBytes(StandardCharsets.UTF_8).length;
        if (size > LogAppended.MAX_BYTES) {
          throw new IllegalArgumentException(
              "text has " + size + " bytes, at most " + LogAppended.MAX_BYTES + " are allowed");
        }
      }
    }
  }

  /** Names of registries and tasks have 50 characters at most. */
  private static void name(@Nullable String name, String field) {
    required(name, field);
    if (name != null && (name.length() > LONGEST_NAME || hasControl(name))) {
      throw new IllegalArgumentException(field + " is not a name");
    }
  }

  private static void values(Map<String, String> values) {
    if (values.size() > MOST_VALUES) {
      throw new IllegalArgumentException("values has more than " + MOST_VALUES + " entries");
    }
    values.forEach((name, value) -> {
      name(name, "name in values");
      required(value, "value in values");
      if (value != null && value.length() > LONGEST_VALUE) {
        throw new IllegalArgumentException(
            "value in values has more than " + LONGEST_VALUE + " characters");
      }
    });
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  private static void run(@Nullable RunRef run) {
    required(run, "run");
    required(run == null ? null : run.runUid(), "run.runUid");
    if (run != null && run.attempt() < 1) {
      throw new IllegalArgumentException("run.attempt is " + run.attempt() + ", must be 1 or more");
    }
  }

  private static void required(@Nullable Object value, String name) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
  }

  private static void notNegative(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is negative");
    }
  }
}
