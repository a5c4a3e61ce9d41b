package io.slipway.taskapi.event;

import io.slipway.contract.ImagePushed;
import io.slipway.contract.LogAppended;
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
import org.jspecify.annotations.Nullable;

/** Checks that an event has what its schema requires; JSON alone would leave nulls. */
final class RunEventCheck {

  private RunEventCheck() {}

  /**
   * @throws IllegalArgumentException naming the field that is missing or out of range
   */
  static void check(RunEvent event) {
    switch (event) {
      case RunRequested requested -> {
        required(requested.registry(), "registry");
        required(requested.task(), "task");
        required(requested.values(), "values");
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
      case StepCompleted completed -> {
        run(completed.run());
        required(completed.outcome(), "outcome");
      }
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
