package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;

/** What {@code build} and {@code push} steps do, up to what is in the registry afterwards. */
@Order(13)
class BuildsIT {
  private static final Workshop WORKSHOP = Workshop.shared();
  private static GitServer git;
  private static String context;

  @BeforeAll
  static void makeContext() {
    git = new GitServer(Path.of("target/git-builds"));
    context =
        git.repository(
            "builds",
            Map.of(
                "Dockerfile",
                """
                ARG BASE
                FROM ${BASE} AS compile
                ARG WORDS=none
                RUN echo "compiled $WORDS" > /out
                FROM compile AS tests
                RUN test -s /out && echo "the tests ran" && touch /tested
                FROM ${BASE}
                COPY --from=compile /out /srv/out
                COPY kept.txt ignored* /srv/
                LABEL kind=sample
                """,
                "kept.txt",
                "kept\n",
                "ignored.txt",
                "ignored\n",
                ".dockerignore",
                "ignored*\n",
                "Failing.Dockerfile",
                "ARG BASE\nFROM ${BASE}\nRUN echo before && exit 42\n",
                "Secret.Dockerfile",
                """
                ARG BASE
                FROM ${BASE}
                RUN --mount=type=secret,id=token test "$(cat /run/secrets/token | wc -c)" -ge 17 && echo "the secret was there"
                RUN test ! -e /run/secrets/token && echo "and is gone"
                """,
                "Contexts.Dockerfile",
                """
                FROM nowhere.invalid/none:1 AS made
                RUN exit 1
                FROM alpine AS tools
                RUN echo "built anew" > /tools
                FROM alpine
                COPY --from=lib . /libs/
                COPY --from=made kept.txt /made.txt
                COPY --from=tools /tools /tools
                RUN --mount=from=lib,target=/in cat /in/one.txt /made.txt && ls -A /libs
                """,
                "Scratch.Dockerfile",
                "FROM scratch\nARG TARGETARCH\nCOPY kept.txt /${TARGETARCH}.txt\n"));
  }

  @AfterAll
  static void stop() {
    git.close();
  }

  @ConcurrentTest
  void shouldPushSeveralImagesUnderSeveralTags() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: image
                    build: -t $Registry/it/several:$ID -t $Registry/it/several:newest -t $Registry/it/other:$ID --build-arg BASE=$Registry/base/shell:1 --build-arg WORDS="two words" %s
                  - id: look
                    cmd: $Registry/it/several:$ID sh -c 'cat /srv/out && ls /srv'
                  - id: publish
                    push:
                      - $Registry/it/several:$ID
                      - $Registry/it/several:newest
                      - $Registry/it/other:$ID
                      - $Registry/it/several:$ID
                """
                    .formatted(context))
            .succeeded();

    assertThat(end.log())
        .contains("compiled two words")
        .contains("kept.txt")
        .doesNotContain("ignored.txt")
        .containsSubsequence(
            "it/several:" + end.id() + ", attempt 1", "it/several:newest, attempt 1", "it/other:");
    assertThat(end.log().split("Successfully pushed image: ", -1)).hasSize(4);
    assertThat(end.run().get("outputImages"))
        .extracting(image -> image.get("repository").asText() + ":" + image.get("tag").asText())
        .containsExactlyInAnyOrder(
            "it/several:" + end.id(), "it/several:newest", "it/other:" + end.id());
    String digest = digest("it/several", end.id());
    assertThat(end.run().get("outputImages"))
        .allSatisfy(image -> assertThat(image.get("digest").asText()).isEqualTo(digest));
    assertThat(digest("it/other", end.id())).isEqualTo(digest);
  }

  @ConcurrentTest
  void shouldTellWhatAnImageWasBuiltFrom() {
    String name = "t-dependencies";
    WORKSHOP.task(
        name,
        """
        steps:
          - build: -t $Registry/it/dependencies:$ID --build-arg BASE=$Registry/base/shell:1 %s
          - push: ["$Registry/it/dependencies:$ID"]
        """
            .formatted(context));
    RunEnd end = WORKSHOP.end(WORKSHOP.startTask(name)).succeeded();

    String base = digest("base/shell", "1");
    assertThat(end.log())
        .containsSubsequence(
            "Populating digests for step ID: acb_step_0...",
            "Successfully populated digests for step ID: acb_step_0",
            "The following dependencies were found:",
            "- image:",
            "repository: it/dependencies",
            "digest: " + digest("it/dependencies", end.id()),
            "runtime-dependency:",
            "repository: base/shell",
            "digest: " + base,
            "git:",
            "git-head-revision: " + git.head("builds"));
    JsonNode dependency =
        WORKSHOP.api().get("/tasks/" + name).at("/properties/step/baseImageDependencies/0");
    assertThat(dependency.get("repository").asText()).isEqualTo("base/shell");
    assertThat(dependency.get("type").asText()).isEqualToIgnoringCase("RunTime");
    assertThat(dependency.get("digest").asText()).isEqualTo(base);
  }

  @ConcurrentTest
  void shouldStopAtTheTargetStage() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - build: --target tests -t tested:1 --no-cache --build-arg BASE=$Registry/base/shell:1 %s
                  - cmd: tested:1 sh -c 'ls /tested && test ! -e /srv'
                """
                    .formatted(context))
            .succeeded();

    assertThat(end.log()).contains("the tests ran", "/tested");
  }

  @ConcurrentTest
  void shouldFailWithTheExitCodeOfARun() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: image
                    build: -t failing:1 -f Failing.Dockerfile --build-arg BASE=$Registry/base/shell:1 %s
                """
                    .formatted(context))
            .failed();

    assertThat(end.log()).contains("before");
    assertThat(end.error()).contains("image", "42");
    assertThat(end.outcome("image")).isEqualTo("FAILED");
    assertThat(end.run().get("outputImages")).isEmpty();
  }

  @ConcurrentTest
  void shouldHandASecretToTheRunThatAsksForIt() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                volumes:
                  - name: tokens
                    secret:
                      token: {{ .Values.secretToken | b64enc }}
                steps:
                  - build: --secret id=token,src=/mnt/token -t $Registry/it/secret:$ID --no-cache -f Secret.Dockerfile --build-arg BASE=$Registry/base/shell:1 %s
                    volumeMounts:
                      - name: tokens
                        mountPath: /mnt
                  - cmd: $Registry/it/secret:$ID sh -c '! grep -rs build-Secret /run /srv /root /etc && echo nothing is left'
                  - push: ["$Registry/it/secret:$ID"]
                """
                    .formatted(context),
                "secretToken=build-Secret-51c0")
            .succeeded();

    assertThat(end.log())
        .contains("the secret was there", "and is gone", "nothing is left")
        .doesNotContain("build-Secret-51c0");
    String config = manifest("it/secret", end.id()).at("/config/digest").asText();
    assertThat(
            new String(
                WORKSHOP.api().registry("GET", "/v2/it/secret/blobs/" + config, "*/*", null).body(),
                StandardCharsets.UTF_8))
        .contains("/run/secrets/token")
        .doesNotContain("build-Secret-51c0");
  }

  @ConcurrentTest
  void shouldKeepItsCacheInTheRegistry() {
    String name = "t-cached";
    WORKSHOP.task(
        name,
        """
        steps:
          - id: image
            build: -t $Registry/it/cached:$ID --build-arg BASE=$Registry/base/shell:1 --build-arg WORDS=once %s
            cache: enabled
          - push: ["$Registry/it/cached:$ID"]
        """
            .formatted(context));
    RunEnd first = WORKSHOP.end(WORKSHOP.startTask(name)).succeeded();
    RunEnd second = WORKSHOP.end(WORKSHOP.startTask(name)).succeeded();

    assertThat(first.log()).contains("build cache");
    assertThat(tags("it/cached")).contains("cache_" + name + "_image", first.id(), second.id());
    assertThat(second.log()).contains("---> Using cache").doesNotContain("---> Running in");
  }

  @ConcurrentTest
  void shouldBuildWithFurtherContexts() {
    String build =
        "-f Contexts.Dockerfile --build-context lib=/workspace/lib --build-context made="
            + context
            + " --build-context alpine=docker-image://$Registry/base/shell:1 --annotation"
            + " org.example.note=kept --iidfile id.txt --metadata-file about.json --push -t"
            + " $Registry/it/contexts:$ID "
            + context;
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'mkdir /workspace/lib && cd /workspace/lib && echo from the folder > one.txt && echo no > left.log && echo "*.log" > .dockerignore'
                  - id: image
                    build: %s
                  - id: again
                    build: --no-cache-filter tools,nobody %s
                  - cmd: $Registry/base/shell:1 sh -c 'cat /workspace/id.txt /workspace/about.json; ls /workspace'
                """
                    .formatted(build, build))
            .succeeded();

    assertThat(end.log())
        .contains("Downloading build context made...")
        .contains("Using build context made", "Using build context lib")
        .contains("from the folder\nkept\n.dockerignore\none.txt\n")
        .contains("[Warning] --no-cache-filter nobody: there is no such stage")
        .contains("\"containerimage.digest\" : \"" + digest("it/contexts", end.id()) + "\"")
        .containsSubsequence(
            "RUN echo \"built anew\"",
            "---> Running in",
            "RUN echo \"built anew\"",
            "---> Running in");
    assertThat(manifest("it/contexts", end.id()).at("/annotations/org.example.note").asText())
        .isEqualTo("kept");
    assertThat(end.run().get("outputImages"))
        .extracting(image -> image.get("repository").asText())
        .containsOnly("it/contexts");
  }

  @ConcurrentTest
  void rejectsAFurtherContextOutsideOfTheWorkspace() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: image
                    build: --build-context lib=../../.. -f Scratch.Dockerfile -t x:1 %s
                """
                    .formatted(context))
            .failed();

    assertThat(end.error()).contains("--build-context lib", "is not a directory in the workspace");
    assertThat(end.log()).doesNotContain("Step 1/");
  }

  @ConcurrentTest
  void shouldMakeAnIndexForSeveralPlatforms() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - build: --platform linux/amd64,linux/arm64 -f Scratch.Dockerfile -t $Registry/it/index:$ID %s
                  - push: ["$Registry/it/index:$ID"]
                """
                    .formatted(context))
            .succeeded();

    JsonNode index = manifest("it/index", end.id());
    assertThat(index.get("manifests"))
        .extracting(image ->
            image.at("/platform/os").asText() + "/" + image.at("/platform/architecture").asText())
        .contains("linux/amd64", "linux/arm64");
  }

  @ConcurrentTest
  void rejectsAnotherPlatformForADockerfileWithRun() {
    RunEnd end =
        WORKSHOP.run(
            """
            steps:
              - id: image
                build: --platform linux/s390x -t foreign:1 --build-arg BASE=$Registry/base/shell:1 %s
            """
                .formatted(context));

    assertThat(end.failed().error()).contains("s390x");
    assertThat(end.log()).doesNotContain("Running in");
  }

  @ConcurrentTest
  void rejectsAPushOfAnImageThatIsNotThere() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - push: ["$Registry/it/never-built:1"]
                """)
            .failed();

    assertThat(end.error()).contains("it/never-built:1");
  }

  @ConcurrentTest
  void rejectsAnUnknownFlagByName() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - build: --no-chache -t x:1 %s
                """
                    .formatted(context))
            .failed();

    assertThat(end.error()).contains("--no-chache", "--no-cache");
  }

  private static String digest(String repository, String tag) {
    return WORKSHOP
        .api()
        .registry("HEAD", "/v2/" + repository + "/manifests/" + tag, ANY, null)
        .headers()
        .firstValue("Docker-Content-Digest")
        .orElseThrow();
  }

  private static JsonNode manifest(String repository, String tag) {
    return Api.json(
        new String(
            WORKSHOP
                .api()
                .registry("GET", "/v2/" + repository + "/manifests/" + tag, ANY, null)
                .body(),
            StandardCharsets.UTF_8));
  }

  private static List<String> tags(String repository) {
    JsonNode list =
        Api.json(
            new String(
                WORKSHOP
                    .api()
                    .registry("GET", "/v2/" + repository + "/tags/list", "*/*", null)
                    .body(),
                StandardCharsets.UTF_8));
    return StreamSupport.stream(list.get("tags").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static final String ANY =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";
}
