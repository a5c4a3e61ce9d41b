package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.e2e.Api;
import io.slipway.e2e.Cast;
import io.slipway.e2e.faults.LedgerRows.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** F25, F26: one registry asks for hundreds of runs at once, another for one now and then. */
@Tag("faults")
@Order(24)
class FloodIT {
  private static final Stage STAGE = Stage.shared();
  private static final Api POLITE = new Api(STAGE.platform().environment(), Cast.BASE);
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String TASK = "fault-polite";

  /** Runs of the flood: {@code -Dslipway.faults.flood}. */
  private static final int FLOOD = Integer.getInteger("slipway.faults.flood", 400);

  private static final int POLITE_RUNS = 5;

  /** Runs of others that may be ahead: what is in the window, and what has a slot already. */
  private static final int MOST_AHEAD = 64 + 8;

  @Test
  void shouldGiveASingleRunItsTurnInAFlood() throws Exception {
    makePoliteTask();
    finish(askPolitely());
    Load flood = Load.byHand(STAGE);
    for (int i = 0; i < FLOOD; i++) {
      flood.ask(Tasks.SHORT);
    }
    flood.stop();

    List<Row> polite = new ArrayList<>();
    long most = 0;
    for (int i = 0; i < POLITE_RUNS; i++) {
      String key = askPolitely();
      long behind =
          STAGE.ledger().of(flood.sent()).stream().filter(row -> row.started() == null).count();
      most = Math.max(most, behind);
      finish(key);
      Row row = STAGE.ledger().of(List.of(key)).get(0);
      polite.add(row);
      System.out.printf(
          "faults: polite run began after %d ms, with %d of the flood waiting%n",
          Duration.between(row.created(), row.started()).toMillis(), behind);
    }

    assertThat(most).as("runs of the flood that waited beside a polite one").isPositive();
    List<Row> all = STAGE.ledger().of(flood.sent());
    for (Row row : polite) {
      assertThat(all.stream().filter(other -> beganBetween(other, row.created(), row.started())))
          .as("runs of the flood that began while %s waited", row.runId())
          .hasSizeLessThanOrEqualTo(MOST_AHEAD);
    }
    new Checker(STAGE, flood).judge("flood of " + FLOOD + " runs of one registry");
  }

  private static boolean beganBetween(Row row, Instant from, Instant to) {
    return row.started() != null && row.started().isAfter(from) && row.started().isBefore(to);
  }

  private static void makePoliteTask() {
    String yaml =
        "version: v1.1.0\nsteps:\n  - cmd: $Registry/baseimages/node:15-alpine node --version\n";
    ObjectNode task = Api.JSON.createObjectNode().put("location", "local");
    ObjectNode properties = task.putObject("properties");
    properties.putObject("platform").put("os", "Linux").put("architecture", "amd64");
    properties
        .putObject("step")
        .put("type", "EncodedTask")
        .put(
            "encodedTaskContent",
            Base64.getEncoder().encodeToString(yaml.getBytes(StandardCharsets.UTF_8)));
    POLITE.call("PUT", "/tasks/" + TASK, task).succeeded();
  }

  private static String askPolitely() {
    String key = UUID.randomUUID().toString();
    ObjectNode body =
        Api.JSON
            .createObjectNode()
            .put("type", "TaskRunRequest")
            .put("taskId", POLITE.id("/tasks/" + TASK));
    POLITE.call("POST", "/scheduleRun", body, Map.of("Idempotency-Key", key)).succeeded();
    return key;
  }

  private static void finish(String key) throws Exception {
    String runId = STAGE.ledger().of(List.of(key)).get(0).runId();
    assertThat(POLITE.finished(runId, LIMIT).get("status").asText()).isEqualTo("Succeeded");
  }
}
