package io.slipway.local.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.local.Slipway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
  @TempDir Path folder;

  private record Output(int code, String out, String err) {}

  private static Output plan(Object... words) {
    List<String> line = new ArrayList<>(List.of("plan"));
    for (Object word : words) {
      line.add(word.toString());
    }
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int code = Slipway.commandLine().execute(line.toArray(String[]::new));
      return new Output(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void shouldShowWhatFurtherContextsStandFor() throws IOException {
    file("Dockerfile", "FROM golang AS b\nFROM alpine\nCOPY --from=b /a /a\n");
    Path task =
        file(
            "acb.yaml",
            """
            version: v1.1.0
            steps:
              - build: --build-context alpine=docker-image://$Registry/base:3 --build-context b=lib .
            """);

    Output said = plan(task, "--registry", "r.example:5000");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out())
        .contains("on r.example:5000/base:3 (Dockerfile)")
        .doesNotContain("golang");
  }

  @Test
  void shouldShowARenderedPlanAndWhatItsDockerfileBuildsOn() throws IOException {
    file("app/Dockerfile", "ARG R\nFROM $R/base:1 AS b\nFROM alpine\nCOPY --from=b /a /a\n");
    Path task =
        file(
            "acb.yaml",
            """
            version: v1.1.0
            secrets: [{id: token, keyvault: 'https://v.vault.azure.net/secrets/t'}]
            steps:
              - id: image
                build: -t $Registry/app:$ID --build-arg R=$Registry app
              - id: tell
                cmd: bash echo {{.Values.who}} {{.Secrets.token}}
                when: [{step: image, is: failed}]
            """);

    Output said = plan(task, "--set", "who=all", "--run-id", "cf7", "--registry", "r.example:5000");

    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out())
        .contains("version v1.1.0 with aliases, 2 steps")
        .contains("token from https://v.vault.azure.net/secrets/t")
        .contains("-t r.example:5000/app:cf7 --build-arg R=r.example:5000 app")
        .contains("on alpine; while it builds r.example:5000/base:1 (app/Dockerfile)")
        .contains("echo all secret-token")
        .contains("if image failed; at most 600 s");
  }

  @Test
  void shouldSayWhereEachFileIsWrongAndGoOnWithTheOthers() throws IOException {
    Path wrong =
        file("wrong.yaml", "steps:\n  - cmd: a\n    timeout: soon\n    timeot: 1\n  - {}\n");
    Path right = file("right.yaml", "steps: [{cmd: a}]");

    Output said = plan(wrong, right, folder.resolve("none.yaml"));

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).startsWith(right + ": version v1.0.0, 1 step");
    assertThat(said.err().lines())
        .containsExactly(
            wrong
                + ":4:5: warning: steps[0].timeot: is not a known property and has no effect; did"
                + " you mean 'timeout'?",
            wrong + ":3:14: steps[0].timeout: must be a whole number, not 'soon'",
            wrong + ":5:5: steps[1]: step is missing a cmd, build, or push property",
            folder.resolve("none.yaml") + ": there is no such file");
  }

  @Test
  void shouldPrintOneDocumentForAllFiles() throws IOException {
    Path task =
        file(
            "acb.yaml",
            "steps: [{build: .}, {push: [r.io/a], when: [{step: acb_step_0, exitedWithout:"
                + " [1]}]}]");
    Path wrong = file("wrong.yaml", "steps: [{}]");

    Output said = plan("--json", task, wrong);

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).isEmpty();
    JsonNode files = new ObjectMapper().readTree(said.out()).get("files");
    assertThat(files).hasSize(2);
    JsonNode plan = files.get(0).get("plan");
    assertThat(plan.at("/steps/1/push/0").asText()).isEqualTo("r.io/a:latest");
    assertThat(plan.at("/steps/1/after/0/exitedWithout/0").asInt()).isEqualTo(1);
    assertThat(plan.at("/baseImages/0/unknown").asText()).contains("there is no such file");
    assertThat(files.get(1).has("plan")).isFalse();
    assertThat(files.get(1).at("/problems/0/line").asInt()).isEqualTo(1);
    assertThat(files.get(1).at("/problems/0/property").asText()).isEqualTo("steps[0]");
  }

  @Test
  void shouldTakeValuesFromAFileUnderThoseThatAreSet() throws IOException {
    Path values = file("values.yaml", "who: {name: file}\nn: 1.10\n");
    Path task = file("acb.yaml", "steps: [{cmd: 'a {{.Values.who.name}} {{.Values.n}}'}]");

    assertThat(plan(task, "--values", values, "--set", "n=1.10").out())
        .contains("cmd   a file 1.10");
  }

  @Test
  void shouldWarnOfStepsThatWantMoreTimeThanTheRunHas() throws IOException {
    Path task = file("acb.yaml", "steps: [{cmd: a, timeout: 4200}]");

    Output said = plan(task);
    assertThat(said.code()).isZero();
    assertThat(said.err())
        .contains("warning: steps[0].timeout: 4200 seconds are more than the run");
    assertThat(plan(task, "--timeout", "5000").err()).isEmpty();
  }

  @Test
  void shouldReadAliasesOfFilesBesideTheTask() throws IOException {
    file("names.yaml", "greeting: hello there\n");
    Path task =
        file(
            "acb.yaml",
            "version: v1.1.0\nalias:\n  src: [names.yaml]\nsteps: [{cmd: a $greeting}]\n");

    assertThat(plan(task).out()).contains("cmd   a hello there");
  }

  @Test
  void rejectsADockerfileOutsideOfTheWorkspace() throws IOException {
    Path task = file("in/acb.yaml", "steps: [{build: -f ../../Dockerfile .}]");

    assertThat(plan(task).out()).contains("base images unknown: ../../Dockerfile: it is outside");
  }

  @Test
  void shouldPlanEverySampleWithoutAWarning() throws IOException {
    Path samples = Path.of(System.getProperty("slipway.root"), "deploy", "demo", "samples");
    int planned = 0;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(samples)) {
      for (Path sample : folders) {
        Path values = sample.resolve("values.yaml");
        if (!Files.exists(sample.resolve("task.yaml"))) {
          continue;
        }
        List<Object> words = new ArrayList<>(List.of(sample.resolve("task.yaml")));
        if (Files.exists(values)) {
          words.addAll(List.of("--values", values));
        }
        Output said = plan(words.toArray());
        assertThat(said.code()).as("%s: %s", sample, said.err()).isZero();
        assertThat(said.err()).isEmpty();
        planned++;
      }
    }
    assertThat(planned).isGreaterThanOrEqualTo(10);
  }
}
