package io.slipway.taskfile.plan;

import static io.slipway.taskfile.plan.Plans.planned;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.build.ContextAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanTaskFileTest {
  @Test
  void shouldPlanTheArticlesFile() {
    StepPlan plan =
        planned(
            """
            version: v1.1.0
            version: v1.1.0
            steps:
            # a comment
              - build: -t $Registry/hello-world:$ID  https://github.com/o/acr-build-helloworld-node.git#main -f Dockerfile-app --build-arg REGISTRY_NAME=mybaseregistry.azurecr.io
              - push: ["$Registry/hello-world:$ID"]
            """);

    assertThat(plan.aliases()).isTrue();
    assertThat(plan.networks())
        .containsExactly(new PlannedNetwork("acb_default_network", "bridge", false, false, true));
    PlannedStep build = plan.steps().get(0);
    assertThat(build.id()).isEqualTo("acb_step_0");
    assertThat(build.timeout()).isEqualTo(Duration.ofSeconds(600));
    var command = ((StepAction.Build) build.action()).command();
    assertThat(command.tags()).containsExactly("127.0.0.1:8453/hello-world:cf10");
    assertThat(command.file()).isEqualTo("Dockerfile-app");
    assertThat(command.buildArgs()).containsEntry("REGISTRY_NAME", "mybaseregistry.azurecr.io");
    assertThat(ContextAddress.parse(command.context()))
        .isEqualTo(
            new ContextAddress.Git(
                "https://github.com/o/acr-build-helloworld-node.git", "main", ""));
    PlannedStep push = plan.steps().get(1);
    assertThat(push.after()).containsExactly(After.success("acb_step_0"));
    assertThat(((StepAction.Push) push.action()).images().get(0).canonical())
        .isEqualTo("127.0.0.1:8453/hello-world:cf10");
  }

  @Test
  void shouldRenderValuesAndKeepUnknownDollars() {
    StepPlan plan =
        planned(
            "version: v1.1.0\nsteps: [{cmd: \"bash echo {{.Values.name}} {{.Values.no}}. $HOME $$ID\"}]");

    StepAction.Cmd cmd = (StepAction.Cmd) plan.steps().get(0).action();
    assertThat(cmd.image().canonical()).startsWith("mcr.microsoft.com/acr/bash:");
    assertThat(cmd.arguments()).containsExactly("echo", "hello", ".", "$HOME", "$ID");
  }
}
