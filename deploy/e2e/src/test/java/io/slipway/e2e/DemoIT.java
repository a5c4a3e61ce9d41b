package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The article, from import to show-tags, as {@code ./slipway demo} runs it with the real Azure CLI.
 */
@Order(1)
class DemoIT {
  private final Platform platform = Platform.shared();

  @Test
  void shouldRunBothOptionsToTheirTags() {
    assertThat(platform.demoOutput())
        .containsPattern(
            "(?s)Run ID: \\w+ was successful after \\d+s.*Run ID: \\w+ was successful after \\d+s")
        .contains("az acr import", "az acr task create", "az role assignment create")
        .contains("az acr task credential add", "az acr repository show-tags");
  }

  @Test
  void shouldShowTheWrongWayFirst() {
    assertThat(platform.demoOutput())
        .containsPattern("Run ID: \\w+ failed after \\d+s\\. Error: .*AcrPull")
        .contains("/registries/mybaseregistry");
  }

  @Test
  void shouldPrintTheLogInTheOrderOfTheArticle() {
    assertThat(platform.az("acr", "task", "logs", "--registry", "myregistry").succeeded().all())
        .containsSubsequence(
            "Setting up Docker configuration...",
            "Successfully set up Docker configuration",
            "Logging in to registry: 127.0.0.1:",
            "Successfully logged into 127.0.0.1:",
            "Logging in to registry: 127.0.0.1:",
            "Executing step ID: acb_step_0. Timeout(sec): 600, Working directory: '', Network:"
                + " 'acb_default_network'",
            "Scanning for dependencies...",
            "Successfully scanned dependencies",
            "Launching container with name: acb_step_0",
            "Sending build context to Docker daemon",
            "Step 1/6 : ARG REGISTRY_NAME",
            "Step 2/6 : FROM ${REGISTRY_NAME}/baseimages/node:15-alpine",
            "Successfully built",
            "Successfully tagged 127.0.0.1:",
            "Successfully executed container: acb_step_0",
            "Executing step ID: acb_step_1.",
            "Pushing image: 127.0.0.1:",
            "The push refers to repository [127.0.0.1:",
            "Successfully pushed image: 127.0.0.1:",
            "Step ID: acb_step_1 marked as successful (elapsed time in seconds: ",
            "The following dependencies were found:",
            "- image:",
            "repository: hello-world",
            "runtime-dependency:",
            "repository: baseimages/node",
            "git-head-revision: ",
            "was successful after ");
  }

  @Test
  void shouldNameTheTrueDigests() {
    // Given
    JsonNode run =
        platform
            .azJson("acr", "task", "list-runs", "--registry", "myregistry", "--top", "1")
            .get(0);
    JsonNode image = run.get("outputImages").get(0);

    // When
    String stored =
        platform.azValue(
            "acr",
            "repository",
            "show",
            "--name",
            "myregistry",
            "--image",
            image.get("repository").asText() + ":" + image.get("tag").asText(),
            "--query",
            "digest");

    // Then
    assertThat(image.get("digest").asText()).isEqualTo(stored);
    assertThat(run.get("status").asText()).isEqualTo("Succeeded");
    assertThat(run.get("runType").asText()).isEqualTo("AutoRun");
    assertThat(run.get("task").asText()).isEqualTo("helloworldtask");
    assertThat(
            List.of(
                run.get("createTime").asText(),
                run.get("startTime").asText(),
                run.get("finishTime").asText()))
        .isSorted();
  }

  @Test
  void shouldSayWhichRunPushedAnImageFromWhat() {
    JsonNode run =
        platform
            .azJson("acr", "task", "list-runs", "--registry", "myregistry", "--top", "1")
            .get(0);
    JsonNode image = run.get("outputImages").get(0);
    String name =
        "%s/%s:%s"
            .formatted(
                image.get("registry").asText(),
                image.get("repository").asText(),
                image.get("tag").asText());

    assertThat(platform.slipway("verify", name).succeeded().all())
        .contains(
            "digest    " + image.get("digest").asText(),
            "/registries/myregistry/runs/" + run.get("runId").asText(),
            "/tasks/helloworldtask",
            "baseimages/node:15-alpine sha256:",
            "from      git commit ");
    // Of what was imported the platform says nothing: it did not build it.
    String base =
        platform.azValue("acr", "show", "--name", "mybaseregistry", "--query", "loginServer");
    assertThat(platform.slipway("verify", base + "/baseimages/node:15-alpine").failed().all())
        .contains("has no provenance that this platform has signed");
  }

  @Test
  void shouldKnowTheBaseImageOfTheTask() {
    JsonNode base =
        platform
            .azJson("acr", "task", "show", "--name", "helloworldtask", "--registry", "myregistry")
            .at("/step/baseImageDependencies/0");

    assertThat(base.get("type").asText()).isEqualTo("RunTime");
    assertThat(base.get("repository").asText()).isEqualTo("baseimages/node");
    assertThat(base.get("digest").asText()).startsWith("sha256:");
  }

  @Test
  void shouldRefuseToImportOverATagUnlessForced() {
    String[] again = {
      "acr",
      "import",
      "--name",
      "mybaseregistry",
      "--source",
      "docker.io/library/node:15-alpine",
      "--image",
      "baseimages/node:15-alpine"
    };
    assertThat(platform.az(again).failed().all()).contains("Conflict");

    String[] forced = Arrays.copyOf(again, again.length + 1);
    forced[again.length] = "--force";
    platform.az(forced).succeeded();
  }

  /** A run pulls what an earlier one pushed, starts it, and asks it from another container. */
  @Test
  void shouldAnswerOnItsPortWhenPulledAndStarted() {
    // A detached step has begun when its process has, which is before its server listens.
    Cast cast = new Cast(platform);
    String image = "$Registry/hello-world:" + cast.tags("hello-world").getLast();
    cast.task(
        "servetask",
        """
        version: v1.1.0
        steps:
          - id: server
            cmd: %1$s
            detach: true
          - cmd: %1$s node -e "(function get(){require('http').get('http://server:80/',r=>{console.log('status',r.statusCode);r.pipe(process.stdout);r.on('end',()=>process.exit(0))}).on('error',()=>setTimeout(get,200))})()"
        """
            .formatted(image));

    assertThat(cast.run("servetask").succeeded().all())
        .contains("Pulling from hello-world")
        .contains("status 200", "Hello World", "was successful after");
  }
}
