package io.slipway.builder.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.BuildRequest;
import io.slipway.taskfile.build.BuildCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildPlanTest {
  @TempDir Path folder;

  /** The base of such a stage is unpacked as soon as it is there; others never are. */
  @Test
  void aStageRunsIfItOrOneThatStandsOnItHasRun() throws Exception {
    BuildPlan plan =
        plan(
            """
            FROM one AS base
            WORKDIR /app
            FROM base AS middle
            COPY a .
            FROM middle AS made
            RUN true
            FROM two
            COPY --from=made /app /app
            """);

    assertThat(List.of(runs(plan, 0), runs(plan, 1), runs(plan, 2), runs(plan, 3)))
        .containsExactly(true, true, true, false);
  }

  @Test
  void aLongChainOfStagesIsPlannedInOneLook() throws Exception {
    StringBuilder chain = new StringBuilder("FROM one AS s0\n");
    for (int i = 1; i < 1000; i++) {
      chain.append("FROM s").append(i - 1).append(" AS s").append(i).append('\n');
    }
    BuildPlan plan = plan(chain + "RUN true\n");

    for (int i = 0; i < 1000; i++) {
      assertThat(runs(plan, i)).isTrue();
    }
  }

  private static boolean runs(BuildPlan plan, int stage) throws Exception {
    return plan.runs(plan.stages().get(stage));
  }

  private BuildPlan plan(String dockerfile) throws Exception {
    Path file = Files.writeString(folder.resolve("Dockerfile"), dockerfile);
    return BuildPlan.of(BuildRequest.of(BuildCommand.of(List.of(".")), folder, file, List.of()));
  }
}
