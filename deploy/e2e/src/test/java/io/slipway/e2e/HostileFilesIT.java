package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Task files, Dockerfiles, sources and images that are made to reach out, to grow without end or to
 * be taken for commands. The list of all cases is {@code docs/hostile-input.md}.
 */
@ExtendWith(SameAgents.class)
@Order(19)
class HostileFilesIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  // --- Files that lead elsewhere

  @ConcurrentTest
  void shouldNotFollowALinkOutOfTheContext() {
    RunEnd end =
        WORKSHOP.run(
            """
            steps:
              - cmd: >-
                  $Registry/base/shell:1 sh -c 'ln -s /etc/shadow shadow; ln -s ../../../../../../etc etc;
                  printf "FROM $Registry/base/shell:1\\nCOPY shadow etc /stolen/\\nRUN ls -laR /stolen; cat /stolen/* 2>/dev/null; true\\n" > Dockerfile'
              - build: --no-cache -t stolen:1 .
            """);

    assertThat(end.log()).doesNotContain("root:$").doesNotContain("hostname");
  }

  @ConcurrentTest
  void rejectsADockerfileOrContextBehindALink() {
    WORKSHOP
        .runAll(
            List.of(
                "-f link .",
                "-f dir/passwd .",
                "-f passwd dir",
                "-f ../../../etc/passwd .",
                "-f passwd ../../etc"),
            build ->
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'ln -s /etc/passwd link; ln -s /etc dir'
                  - id: image
                    build: -t x:1 %s
                """
                    .formatted(build))
        .forEach((build, end) -> {
          assertThat(end.failed().outcome("image")).as(build).isEqualTo("FAILED");
          assertThat(end.log()).as(build).doesNotContain("root:x:0").doesNotContain("daemon:");
        });
  }

  @ConcurrentTest
  void rejectsCopyFromAboveTheContext() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'mkdir c; echo inside > c/in; echo outside > secret-above; printf "FROM $Registry/base/shell:1\\nCOPY ../secret-above ../../../../etc/passwd /x/\\n" > c/Dockerfile'
                  - build: -t x:1 -f c/Dockerfile c
                """)
            .failed();

    assertThat(end.error()).contains("COPY");
  }

  @ConcurrentTest
  void rejectsATaskFileBehindALink() throws IOException {
    for (String target : List.of("/etc/passwd", "../../../../../../etc/passwd")) {
      String source =
          QuickRunsIT.uploadBytes(
              HostileArchive.of().link("task.yaml", target).file("other", "x").bytes());
      assertThat(refused(source, "task.yaml")).doesNotContain("root:x:0");
    }
    String source = QuickRunsIT.upload(Map.of("inside", "x"));
    assertThat(refused(source, "../../../../../etc/passwd")).doesNotContain("root:x:0");
  }

  @ConcurrentTest
  void rejectsArchivesThatReachOut() throws IOException {
    Path proof = Platform.freshFolder("proof");
    List<byte[]> archives =
        List.of(
            HostileArchive.of().file("../../../../../../../../.." + proof + "/a", "x").bytes(),
            HostileArchive.of().file(proof + "/b", "x").bytes(),
            HostileArchive.of().link("out", proof.toString()).file("out/c", "x").bytes(),
            HostileArchive.of().hardLink("shadow", "/etc/shadow").bytes(),
            HostileArchive.of().device("disk").bytes(),
            HostileArchive.bomb());
    for (byte[] archive : archives) {
      refused(QuickRunsIT.uploadBytes(archive), "task.yaml");
    }
    try (Stream<Path> files = Files.list(proof)) {
      assertThat(files).isEmpty();
    }
  }

  /** Runs a task file of a source that must be refused; answers error and log. */
  private static String refused(String source, String taskFile) {
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "FileTaskRunRequest")
            .put("taskFilePath", taskFile)
            .put("sourceLocation", source);
    request.putObject("platform").put("os", "Linux");
    Api.Answer answer = WORKSHOP.api().call("POST", "/scheduleRun", request);
    if (answer.status() >= 300) {
      assertThat(answer.status()).isEqualTo(400);
      return answer.body().toString();
    }
    RunEnd end = WORKSHOP.end(answer.body().at("/properties/runId").asText()).failed();
    assertThat(end.error()).isNotBlank();
    return end.error() + end.log();
  }

  // --- Words that a shell or git would understand

  @ConcurrentTest
  void shouldNeverHandWordsToAShellOfTheAgent() throws IOException {
    Path proof = Platform.freshFolder("proof").resolve("pwned");
    WORKSHOP
        .runAll(
            List.of(
                "build: -t x:1 https://127.0.0.1:9/$(touch${IFS}PROOF).git",
                "build: -t x:1 \"http://127.0.0.1:9/a.git#;touch PROOF\"",
                "build: -t x:1 \"git://--upload-pack=touch${IFS}PROOF/x.git\"",
                "build: -t x:1 \"git@-oProxyCommand=touch${IFS}PROOF:x.git\"",
                "build: -t x:1 \"ext::sh -c touch% PROOF\"",
                "build: -t x:1 \"http://127.0.0.1:9/a.git#--upload-pack=touch PROOF\"",
                "build: -t \"x:1;touch PROOF\" https://127.0.0.1:9/a.git",
                "build: -t x:1 -f \"$(touch PROOF)\" .",
                "cmd: \"$Registry/base/shell:1;touch PROOF\"",
                "cmd: \"`touch PROOF`\"",
                "cmd: \"../../base/shell:1 true\"",
                "push: [\"$Registry/x:1;touch PROOF\"]",
                "push: [\"-v$(touch PROOF)\"]"),
            step -> "steps:\n  - " + step.replace("PROOF", proof.toString()) + "\n")
        .forEach((step, end) -> assertThat(end.failed().error()).as(step).isNotBlank());
    assertThat(proof).doesNotExist();
  }

  @ConcurrentTest
  void shouldTakeEnvironmentAndUserAsData() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: $(reboot)
                    cmd: $Registry/base/shell:1 sh -c 'echo "$A|$B"'
                    env: ["A=$(id); `id`", "B=x' ; exit 9; '"]
                """)
            .failed();
    RunEnd user =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    user: "0; touch /tmp/pwned"
                """)
            .failed();
    RunEnd data =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'echo "$A|$B"'
                    env: ["A=$(id); `id`", "B=x' ; exit 9; '"]
                """)
            .succeeded();

    assertThat(end.error()).contains("$(reboot)");
    assertThat(user.error()).contains("touch /tmp/pwned");
    assertThat(data.log()).contains("$(id); `id`|x' ; exit 9; '");
  }

  @ConcurrentTest
  void shouldRenderAValueOnce() {
    RunEnd end =
        WORKSHOP
            .run(
                "steps:\n  - cmd: $Registry/base/shell:1 echo '{{ .Values.a }}'\n",
                "a={{ .Run.ID }}{{ repeat 9 .Values.a }} $ID")
            .succeeded();

    assertThat(end.log()).contains("{{ .Run.ID }}{{ repeat 9 .Values.a }}");
  }

  /** The platform's own health page would answer at the addresses that mean any interface. */
  @ConcurrentTest
  void rejectsContextsInsideThePlatform() {
    String page = ":" + (WORKSHOP.platform().portBase() + 92) + "/q/health/live";
    WORKSHOP
        .runAll(
            List.of(
                "http://0.0.0.0" + page,
                "http://[::]" + page,
                "http://0x7f.1:9/x.tar.gz",
                "file:///etc/passwd",
                "gopher://127.0.0.1:9/x"),
            address -> "steps:\n  - build: -t x:1 " + address + "\n")
        .forEach((address, end) -> {
          assertThat(end.failed().error()).as(address).isNotBlank();
          assertThat(end.log()).doesNotContain("root:x:0");
        });
  }

  // --- Builds

  @ConcurrentTest
  void rejectsMountsAndRightsThatABuildMayNotHave() {
    String page = ":" + (WORKSHOP.platform().portBase() + 92) + "/q/health/live";
    WORKSHOP
        .runAll(
            List.of(
                "RUN --mount=type=bind,source=../../../etc,target=/x cat /x/shadow",
                "RUN --mount=type=bind,from=/,target=/x cat /x/etc/shadow",
                "RUN --security=insecure mount -t tmpfs none /mnt",
                "RUN --network=host true",
                "COPY --from=../../etc /passwd /x",
                "ADD http://0.0.0.0" + page + " /x",
                "ADD file:///etc/passwd /x"),
            line ->
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'printf "%%s\\n" "FROM $Registry/base/shell:1" "$LINE" > Dockerfile'
                    env: ['LINE=%s']
                  - id: image
                    build: --no-cache -t hostile:1 .
                """
                    .formatted(line))
        .forEach((line, end) -> {
          assertThat(end.failed().error()).as(line).isNotBlank();
          assertThat(end.log()).as(line).doesNotContain("root:");
        });
  }

  @ConcurrentTest
  void shouldBearADockerfileThatIsHugeOrExplodes() {
    RunEnd exploding =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: >-
                      $Registry/base/shell:1 bash -c '(echo FROM $Registry/base/shell:1; echo ENV a0=xxxxxxxxxx;
                      for i in $(seq 1 40); do j=$((i - 1)); echo "ENV a$i=\\${a$j}\\${a$j}\\${a$j}\\${a$j}"; done) > Dockerfile'
                  - id: image
                    build: -t x:1 .
                """)
            .failed();
    RunEnd huge =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c '(echo FROM scratch; yes "# a comment line that says nothing" | head -c 60000000) > Dockerfile'
                  - id: image
                    build: -t x:1 .
                """)
            .failed();

    assertThat(exploding.outcome("image")).isEqualTo("FAILED");
    assertThat(exploding.error().length()).isLessThan(4000);
    assertThat(huge.error()).contains("Dockerfile");
  }

  @ConcurrentTest
  void rejectsABaseImageWhoseLayersReachOut() throws Exception {
    HostileImage.push(
        WORKSHOP.api(),
        "hostile/traversal",
        HostileArchive.of().file("../../../../tmp/pwned-by-layer", "x"));
    HostileImage.push(
        WORKSHOP.api(),
        "hostile/through-link",
        HostileArchive.of().link("out", "/tmp").file("out/pwned-by-layer", "x"));
    HostileImage.push(
        WORKSHOP.api(), "hostile/hard-link", HostileArchive.of().hardLink("shadow", "/etc/shadow"));
    for (String image : List.of("traversal", "through-link", "hard-link")) {
      RunEnd end =
          WORKSHOP.run(
              """
              steps:
                - cmd: $Registry/base/shell:1 sh -c 'echo "FROM $Registry/hostile/%s:1" > Dockerfile; echo COPY Dockerfile /d >> Dockerfile'
                - build: -t x:1 .
              """
                  .formatted(image));
      assertThat(end.error()).as(image).doesNotContain("the agent failed");
      assertThat(Path.of("/tmp/pwned-by-layer")).doesNotExist();
    }
  }

  // --- Task files

  @ConcurrentTest
  void rejectsTaskFilesThatExplode() {
    String laughs =
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
            + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
            + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
            + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
            + "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
            + "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"
            + "steps: *g\n";
    Map<String, String> files =
        Map.of(
            "aliases that multiply",
            laughs,
            "deep nesting",
            "steps: " + "[".repeat(20_000) + "]".repeat(20_000) + "\n",
            "a template that repeats",
            "steps:\n  - cmd: x {{ repeat 1000000000 \"x\" }}\n",
            "a template that calls itself",
            "{{ define \"a\" }}{{ template \"a\" }}{{ end }}steps:\n"
                + "  - cmd: {{ template \"a\" }}\n",
            "a range without end",
            "steps:\n{{ range until 1000000000 }}  - cmd: x\n{{ end }}\n",
            "nested ranges",
            "steps:\n"
                + "{{ range until 9999 }}{{ range until 9999 }}{{ range until 9999 }}x{{ end"
                + " }}{{ end }}{{ end }}\n",
            "an anchor of itself",
            "steps: &a [*a]\n",
            "a tag of Java",
            "steps: !!javax.script.ScriptEngineManager [x]\n");
    WORKSHOP
        .runAll(files)
        .forEach((what, end) ->
            assertThat(end.failed().error())
                .as(what)
                .isNotBlank()
                .doesNotContain("Exception")
                .hasSizeLessThan(4000));
  }

  @Test
  void rejectsARequestThatIsHuge() {
    Api.Answer answer =
        WORKSHOP
            .api()
            .call(
                "POST",
                "/scheduleRun",
                WORKSHOP.request("# " + "x".repeat(40_000_000) + "\nsteps: []\n"));

    assertThat(answer.status()).isIn(400, 413);
  }

  @ConcurrentTest
  void rejectsIdsThatAreNoNames() {
    WORKSHOP
        .runAll(
            List.of("../../x", "a/b", "x\\ty", "a".repeat(3000)),
            id -> "steps:\n  - id: \"%s\"\n    cmd: $Registry/base/shell:1 true\n".formatted(id))
        .forEach((id, end) -> assertThat(end.failed().error()).as(id).isNotBlank());
  }
}
