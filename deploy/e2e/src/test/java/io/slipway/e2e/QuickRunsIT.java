package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Runs that no {@code az acr task run} asks for: quick ones, those of templates and of timers. */
@Order(15)
class QuickRunsIT {
  private static final Workshop WORKSHOP = Workshop.shared();
  private static final Pattern RUN_ID = Pattern.compile("Run ID: (\\w+) ");

  @ConcurrentTest
  void shouldBuildAnUploadedFolderWithAz() throws Exception {
    Path folder =
        folder(
            Map.of(
                "Dockerfile",
                "ARG BASE\n"
                    + "ARG TOKEN\n"
                    + "FROM ${BASE}\n"
                    + "COPY hello.txt /hello.txt\n"
                    + "RUN cat /hello.txt\n",
                "hello.txt",
                "uploaded hello\n"));
    Command.Result built =
        WORKSHOP
            .platform()
            .az(
                folder,
                "acr",
                "build",
                "--registry",
                Cast.REGISTRY,
                "--image",
                "quick/build:{{.Run.ID}}",
                "--image",
                "quick/build:newest",
                "--build-arg",
                "BASE=" + WORKSHOP.api().loginServer() + "/base/shell:1",
                "--secret-build-arg",
                "TOKEN=quick-Secret-18",
                ".")
            .succeeded();

    assertThat(built.all())
        .contains("Queued a build with ID:", "Executing step ID: build. Timeout(sec): 28800")
        .contains("Executing step ID: push. Timeout(sec): 3600", "uploaded hello")
        .doesNotContain("quick-Secret-18");
    RunEnd end = WORKSHOP.end(runId(built)).succeeded();
    assertThat(end.run().get("runType").asText()).isEqualTo("QuickBuild");
    assertThat(end.run().get("outputImages"))
        .extracting(image -> image.get("tag").asText())
        .containsExactlyInAnyOrder(end.id(), "newest");
  }

  @ConcurrentTest
  void shouldRunACommandWithAz() {
    Command.Result ran =
        WORKSHOP
            .platform()
            .az(
                "acr",
                "run",
                "--registry",
                Cast.REGISTRY,
                "--cmd",
                "$Registry/base/shell:1 echo quick $ID",
                "/dev/null")
            .succeeded();

    assertThat(ran.all()).contains("quick " + runId(ran));
    assertThat(WORKSHOP.api().run(runId(ran)).get("runType").asText()).isEqualTo("QuickRun");
  }

  /** No schedule is due more often than each minute; the other tests go on meanwhile. */
  @ConcurrentTest
  void shouldRunATaskByItsTimer() throws Exception {
    Path folder =
        folder(
            Map.of(
                "task.yaml",
                "version: v1.1.0\nsteps:\n  - cmd: $Registry/base/shell:1 echo timed {{.Run.ID}}\n"));
    JsonNode made =
        WORKSHOP
            .platform()
            .azJson(
                "acr",
                "task",
                "create",
                "--registry",
                Cast.REGISTRY,
                "--name",
                "timed",
                "--context",
                "/dev/null",
                "--file",
                folder.resolve("task.yaml").toString(),
                "--schedule",
                "often:* * * * *");
    assertThat(made.at("/trigger/timerTriggers/0/schedule").asText()).isEqualTo("* * * * *");
    assertThat(timer("add", "--timer-name", "odd", "--schedule", "0 25 * * *").failed().all())
        .contains("timerTriggers[1].schedule has '25' as the hour (field 2, at character 3)");
    timer("add", "--timer-name", "rare", "--schedule", "0 3 29 2 *").succeeded();
    Platform.await(
        "a timer has started a run",
        Duration.ofSeconds(150),
        () -> !timers().path(0).path("lastRunId").asText().isEmpty());
    timer("update", "--timer-name", "often", "--enabled", "false").succeeded();
    timer("remove", "--timer-name", "rare").succeeded();

    JsonNode often = timers().path(0);
    RunEnd end = WORKSHOP.end(often.path("lastRunId").asText()).succeeded();

    assertThat(timers()).hasSize(1);
    assertThat(often.has("nextOccurrence")).isFalse();
    assertThat(end.log()).contains("timed " + end.id());
    assertThat(end.run().at("/timerTrigger/timerTriggerName").asText()).isEqualTo("often");
    assertThat(end.run().at("/timerTrigger/scheduleOccurrence").asText())
        .isEqualTo(often.path("lastOccurrence").asText())
        .endsWith(":00Z");
    assertThat(
            WORKSHOP
                .platform()
                .az(
                    "acr",
                    "task",
                    "show-run",
                    "-r",
                    Cast.REGISTRY,
                    "--run-id",
                    end.id(),
                    "-o",
                    "table")
                .succeeded()
                .all())
        .contains("Timer");
  }

  private static Command.Result timer(String what, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("acr", "task", "timer", what, "--name", "timed", "-r", Cast.REGISTRY));
    words.addAll(List.of(more));
    return WORKSHOP.platform().az(words.toArray(String[]::new));
  }

  private static JsonNode timers() {
    return WORKSHOP.api().get("/tasks/timed").at("/properties/trigger/timerTriggers");
  }

  @ConcurrentTest
  void shouldRunATaskFileOfAnUploadedFolderWithAz() throws Exception {
    Path folder =
        folder(
            Map.of(
                "build/task.yaml",
                """
                version: v1.1.0
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'cat data.txt && echo {{ .Values.who }} {{ .Values.secretWord }}'
                """,
                "data.txt",
                "from the folder\n"));
    Command.Result ran =
        WORKSHOP
            .platform()
            .az(
                folder,
                "acr",
                "run",
                "--registry",
                Cast.REGISTRY,
                "--file",
                "build/task.yaml",
                "--set",
                "who=you",
                "--set-secret",
                "secretWord=quick-Secret-19",
                ".")
            .succeeded();

    assertThat(ran.all()).contains("from the folder", "you ***").doesNotContain("quick-Secret-19");
  }

  @ConcurrentTest
  void shouldExitWithAnErrorWhenTheRunFails() {
    Command.Result ran =
        WORKSHOP
            .platform()
            .az(
                "acr",
                "run",
                "--registry",
                Cast.REGISTRY,
                "--cmd",
                "$Registry/base/shell:1 sh -c 'exit 3'",
                "/dev/null")
            .failed();

    assertThat(ran.all()).contains("exit status 3");
  }

  @ConcurrentTest
  void shouldTakeTaskFileAndValuesFromUploadedSource() {
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "FileTaskRunRequest")
            .put("taskFilePath", "tasks/t.yaml")
            .put("valuesFilePath", "tasks/v.yaml")
            .put(
                "sourceLocation",
                upload(
                    Map.of(
                        "tasks/t.yaml",
                        """
                        version: v1.1.0
                        steps:
                          - cmd: $Registry/base/shell:1 sh -c 'echo {{ .Values.a.b }} {{ .Values.c }} && ls tasks'
                        """,
                        "tasks/v.yaml",
                        "a: {b: nested}\nc: of the file\n")));
    request.putObject("platform").put("os", "Linux");
    Workshop.values(request.putArray("values"), "c=of the run");

    RunEnd end = WORKSHOP.end(WORKSHOP.api().schedule(request)).succeeded();

    assertThat(end.log()).contains("nested of the run", "t.yaml");
  }

  @ConcurrentTest
  void shouldBuildWithoutPushing() {
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "DockerBuildRequest")
            .put("dockerFilePath", "sub/My.Dockerfile")
            .put("isPushEnabled", false)
            .put("noCache", true)
            .put("target", "first")
            .put(
                "sourceLocation",
                upload(
                    Map.of(
                        "sub/My.Dockerfile",
                        "ARG BASE\n"
                            + "FROM ${BASE} AS first\n"
                            + "RUN echo built the first\n"
                            + "FROM first\n"
                            + "RUN exit 1\n")));
    request.putArray("imageNames").add("quick/unpushed:1");
    request.putObject("platform").put("os", "Linux");
    request
        .putArray("arguments")
        .addObject()
        .put("name", "BASE")
        .put("value", WORKSHOP.api().loginServer() + "/base/shell:1");

    RunEnd end = WORKSHOP.end(WORKSHOP.api().schedule(request)).succeeded();

    assertThat(end.log()).contains("built the first").doesNotContain("Pushing image");
    assertThat(end.run().path("outputImages")).isEmpty();
  }

  @ConcurrentTest
  void shouldRunATaskRunOncePerForceUpdateTag() {
    ObjectNode taskRun = Api.JSON.createObjectNode().put("location", "local");
    ObjectNode properties = taskRun.putObject("properties").put("forceUpdateTag", "one");
    properties.set(
        "runRequest",
        WORKSHOP.request("steps:\n  - cmd: $Registry/base/shell:1 echo by a template\n"));

    String first = deploy("it-once", taskRun);
    String same = deploy("it-once", taskRun);
    properties.put("forceUpdateTag", "two");
    String second = deploy("it-once", taskRun);

    assertThat(same).isEqualTo(first);
    assertThat(second).isNotEqualTo(first);
    assertThat(WORKSHOP.end(second).succeeded().log()).contains("by a template");
  }

  /** Puts a task run and waits until it is deployed; answers the id of its run. */
  private static String deploy(String name, ObjectNode taskRun) {
    WORKSHOP.api().call("PUT", "/taskRuns/" + name, taskRun).succeeded();
    JsonNode[] deployed = new JsonNode[1];
    Platform.await(
        "task run " + name + " is deployed",
        Workshop.RUN_LIMIT,
        () -> {
          deployed[0] = WORKSHOP.api().get("/taskRuns/" + name).get("properties");
          return List.of("Succeeded", "Failed")
              .contains(deployed[0].get("provisioningState").asText());
        });
    assertThat(deployed[0].get("provisioningState").asText()).isEqualTo("Succeeded");
    return deployed[0].at("/runResult/properties/runId").asText();
  }

  @Test
  void rejectsASourceThatWasNeverUploaded() {
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "FileTaskRunRequest")
            .put("taskFilePath", "t.yaml")
            .put(
                "sourceLocation",
                "source/202601010000/00000000-0000-0000-0000-000000000000.tar.gz");
    request.putObject("platform").put("os", "Linux");

    Api.Answer answer = WORKSHOP.api().call("POST", "/scheduleRun", request);

    if (answer.status() < 300) {
      RunEnd end = WORKSHOP.end(answer.body().at("/properties/runId").asText()).failed();
      assertThat(end.error()).contains("source");
    } else {
      assertThat(answer.status()).isIn(400, 404);
      assertThat(answer.message()).contains("source");
    }
  }

  /** Uploads files as the CLI does; answers their source location. */
  static String upload(Map<String, String> files) {
    return uploadBytes(archive(files));
  }

  /** Uploads an archive; answers its source location. */
  static String uploadBytes(byte[] archive) {
    JsonNode place =
        WORKSHOP
            .api()
            .call("POST", "/listBuildSourceUploadUrl", Api.JSON.createObjectNode())
            .succeeded()
            .body();
    WORKSHOP.api().upload(place.get("uploadUrl").asText(), archive);
    return place.get("relativePath").asText();
  }

  /** A tar.gz of files. */
  static byte[] archive(Map<String, String> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return bytes.toByteArray();
  }

  private static Path folder(Map<String, String> files) throws IOException {
    Path folder = Platform.freshFolder("quick");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    return folder;
  }

  private static String runId(Command.Result result) {
    Matcher matcher = RUN_ID.matcher(result.all());
    List<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    assertThat(found).as(result.all()).isNotEmpty();
    return found.get(found.size() - 1);
  }
}
