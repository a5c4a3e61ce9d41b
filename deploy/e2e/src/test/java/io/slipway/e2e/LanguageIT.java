package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Templates, values, aliases and secrets, as they arrive in a step. */
@Order(14)
class LanguageIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  @ConcurrentTest
  void shouldRenderRunVariablesAndFunctions() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 echo {{ .Run.ID }} {{ .Run.Registry | quote }} {{ .Run.OS | upper }} {{ "x" | repeat 3 }}
                  - cmd: "$Registry/base/shell:1 echo {{ .Run.RegistryName }}-{{ .Run.TaskName | trunc 2 }}-{{ if .Run.Commit }}commit{{ else }}none{{ end }}"
                """)
            .succeeded();

    assertThat(end.log())
        .contains(end.id() + " " + WORKSHOP.api().loginServer() + " LINUX xxx")
        .contains("-t--none");
  }

  @ConcurrentTest
  void shouldReplaceBuiltInAndOwnAliases() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                alias:
                  values:
                    tool: "{{ .Run.Registry }}/base/shell:1"
                    greeting: hello from {{ .Run.ID }}
                steps:
                  - cmd: tool echo "$greeting" $$ID '$HOME'
                  - cmd: $tool echo $OS/$Architecture
                """)
            .succeeded();

    assertThat(end.log()).contains("hello from " + end.id() + " $ID $HOME", "linux/amd64");
  }

  @Test
  void shouldReadAliasesFromAFileOfTheContextAndFromAnAddress() {
    try (GitServer git = new GitServer(Path.of("target/git-aliases"))) {
      String context =
          git.repository(
              "aliases",
              Map.of(
                  "task.yaml",
                  """
                  version: v1.1.0
                  alias:
                    src:
                      - ./aliases.yaml
                      - %s
                    values:
                      mine: from the file itself
                  steps:
                    - cmd: $tool echo $near, $far, $mine
                  """
                      .formatted(git.publish("far.yaml", "far: from the address\n")),
                  "aliases.yaml",
                  "tool: \"{{ .Run.Registry }}/base/shell:1\"\nnear: from the context\n"));
      ObjectNode request =
          Api.JSON
              .createObjectNode()
              .put("type", "FileTaskRunRequest")
              .put("taskFilePath", "task.yaml")
              .put("sourceLocation", context);
      request.putObject("platform").put("os", "Linux").put("architecture", "amd64");

      RunEnd end = WORKSHOP.end(WORKSHOP.api().schedule(request)).succeeded();

      assertThat(end.log()).contains("from the context, from the address, from the file itself");
    }
  }

  @ConcurrentTest
  void shouldTakeAnotherDirectiveForAliases() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                alias:
                  directive: "%"
                  values:
                    image: "{{ .Run.Registry }}/base/shell:1"
                steps:
                  - cmd: "%image sh -c 'X=by-the-shell; echo $X %ID'"
                """)
            .succeeded();

    assertThat(end.log()).contains("by-the-shell " + end.id());
  }

  @ConcurrentTest
  void shouldLeaveAliasesAloneBeforeTheirVersion() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                version: v1.0.0
                steps:
                  - cmd: "{{ .Run.Registry }}/base/shell:1 echo '$ID' {{ .Run.ID }}"
                """)
            .succeeded();

    assertThat(end.log()).contains("$ID " + end.id()).doesNotContain("Alias support enabled");
  }

  @ConcurrentTest
  void shouldPutValuesOfARunOverThoseOfTheTask() {
    WORKSHOP.task(
        "t-values",
        """
        steps:
          - cmd: $Registry/base/shell:1 echo {{ .Values.colour }} {{ .Values.size }} {{ .Values.shape | default "round" }}
        """,
        "colour=green",
        "size=1.10");
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "TaskRunRequest")
            .put("taskId", WORKSHOP.api().id("/tasks/t-values"));
    Workshop.values(
        request.putObject("overrideTaskStepProperties").putArray("values"), "colour=a=b c");

    RunEnd plain = WORKSHOP.end(WORKSHOP.startTask("t-values")).succeeded();
    RunEnd changed = WORKSHOP.end(WORKSHOP.api().schedule(request)).succeeded();

    assertThat(plain.log()).contains("green 1.10 round");
    assertThat(changed.log()).contains("a=b c 1.10 round");
  }

  /** One command signs for the event and sends it. */
  @ConcurrentTest
  void shouldRunATaskThatAnEventAsksFor() {
    WORKSHOP.task(
        "t-event",
        "steps:\n  - cmd: $Registry/base/shell:1 echo {{ .Values.colour }} paint\n",
        "colour=green");

    WORKSHOP
        .platform()
        .slipway("request", Cast.REGISTRY, "t-event", "--set", "colour=red")
        .succeeded();

    Platform.await("a run", Duration.ofSeconds(30), () -> !runsOf("t-event").isEmpty());
    RunEnd end = WORKSHOP.end(runsOf("t-event").getFirst()).succeeded();
    assertThat(end.log()).contains("red paint");
  }

  /** Nobody is known to ask; whoever runs the platform looks at it, and asks in his own name. */
  @ConcurrentTest
  void shouldSendARequestAgainThatWasPutAside() throws Exception {
    WORKSHOP.task(
        "t-dead", "steps:\n  - cmd: $Registry/base/shell:1 echo {{ .Values.colour }} paint\n");
    Map<String, Object> kafka = WORKSHOP.platform().kafka("admin");
    String event =
        "{\"specversion\":\"1.0\",\"id\":\"late #1\",\"source\":\"/shop\","
            + "\"type\":\"io.slipway.run.requested.v1\",\"data\":{\"registry\":\""
            + Cast.REGISTRY
            + "\",\"task\":\"t-dead\",\"values\":{\"colour\":\"blue\"}}}";
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("run-requests", event.getBytes(StandardCharsets.UTF_8));
    record.headers().add("content-type", "application/cloudevents+json".getBytes());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(record).get();
    }

    AtomicReference<String> place = new AtomicReference<>("");
    Platform.await(
        "a dead letter",
        Duration.ofSeconds(30),
        () -> {
          WORKSHOP
              .platform()
              .slipway("dead-requests")
              .succeeded()
              .all()
              .lines()
              .filter(line -> line.contains("slipway-assertion"))
              .forEach(line -> place.set(line.substring(0, line.indexOf(' '))));
          return !place.get().isEmpty();
        });
    assertThat(
            WORKSHOP.platform().slipway("dead-requests", "--show", place.get()).succeeded().all())
        .contains("t-dead", "dead-reason");
    WORKSHOP.platform().slipway("dead-requests", "--resend", place.get(), "--yes").succeeded();

    Platform.await("a run", Duration.ofSeconds(30), () -> !runsOf("t-dead").isEmpty());
    RunEnd end = WORKSHOP.end(runsOf("t-dead").getFirst()).succeeded();
    assertThat(end.log()).contains("blue paint");
  }

  private static List<String> runsOf(String task) {
    List<String> runs = new ArrayList<>();
    for (JsonNode run : WORKSHOP.api().get("/runs").path("value")) {
      if (run.at("/properties/task").asText().equals(task)) {
        runs.add(run.at("/properties/runId").asText());
      }
    }
    return runs;
  }

  @ConcurrentTest
  void shouldReadAValuesFileWithNestedMaps() {
    ObjectNode request =
        WORKSHOP.request(
            """
            steps:
            {{- range .Values.targets }}
              - id: for-{{ .name }}
                cmd: {{ $.Run.Registry }}/base/shell:1 echo {{ .name }} on port {{ .ports.http }} {{ $.Values.colour }}
            {{- end }}
            """,
            "colour=blue");
    request.put(
        "encodedValuesContent",
        Workshop.encoded(
            """
            colour: red
            targets:
              - name: one
                ports: {http: 8001}
              - name: two
                ports: {http: 8002}
            """));

    RunEnd end = WORKSHOP.end(WORKSHOP.api().schedule(request)).succeeded();

    assertThat(end.log()).contains("one on port 8001 blue", "two on port 8002 blue");
    assertThat(end.outcome("for-two")).isEqualTo("SUCCEEDED");
  }

  @ConcurrentTest
  void shouldMaskASecretValueInAllItsForms() {
    String secret = "masked/Value+77 ü";
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().encodeToString(bytes);
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: tell
                    cmd: >-
                      $Registry/base/shell:1 bash -c 'echo plain $SECRET; echo -n $SECRET | base64;
                      echo -n $SECRET | base64 | base64 -w0; echo; echo -n $SECRET | od -An -v -tx1 | tr -d " \\n"; echo;
                      echo -n "${SECRET:0:6}"; sleep 0.4; echo "${SECRET:6}"; echo ${#SECRET} characters'
                    env: ["SECRET={{ .Values.secretOne }}"]
                """,
                "secretOne=" + secret)
            .succeeded();

    assertThat(end.log())
        .contains("plain ***", "characters")
        .doesNotContain(secret)
        .doesNotContain(base64)
        .doesNotContain(Base64.getEncoder().encodeToString(base64.getBytes(StandardCharsets.UTF_8)))
        .doesNotContain(HexFormat.of().formatHex(bytes));
    assertThat(end.run().toString()).doesNotContain(secret);
  }

  @ConcurrentTest
  void shouldMaskASecretInAnErrorToo() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/no-such-image-{{ .Values.secretName }}:1 true
                """,
                "secretName=hidden4711")
            .failed();

    assertThat(end.log()).contains("no-such-image-***").doesNotContain("hidden4711");
    assertThat(end.error()).doesNotContain("hidden4711");
    assertThat(end.events().toString()).doesNotContain("hidden4711");
  }

  @ConcurrentTest
  void rejectsASecretWhoseVaultIsNotThere() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                secrets:
                  - id: password
                    keyvault: https://nowhere.vault.azure.net/secrets/password
                steps:
                  - cmd: $Registry/base/shell:1 echo {{ .Secrets.password }}
                """)
            .failed();

    assertThat(end.error()).contains("password");
    assertThat(end.events()).noneMatch(event -> event.data().has("stepId"));
  }

  @ConcurrentTest
  void rejectsTemplatesThatReachForTheMachine() {
    for (String function :
        new String[] {"env \"PATH\"", "expandenv \"$HOME\"", "getHostByName \"a\""}) {
      RunEnd end =
          WORKSHOP
              .run("steps:\n  - cmd: $Registry/base/shell:1 echo {{ %s }}\n".formatted(function))
              .failed();

      assertThat(end.error()).contains(function.split(" ")[0]);
    }
  }
}
