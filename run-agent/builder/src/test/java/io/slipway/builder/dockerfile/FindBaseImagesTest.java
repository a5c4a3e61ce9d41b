package io.slipway.builder.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.BaseImages;
import io.slipway.taskfile.build.NamedContexts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FindBaseImagesTest {
  private static BaseImages of(@Nullable String target, Map<String, String> args, String... lines)
      throws Exception {
    return FindBaseImages.of(
        DockerfileParser.parse(String.join("\n", lines) + "\n"), new HashMap<>(args), target);
  }

  @Test
  void shouldTakeBuildArgumentsOverDefaults() throws Exception {
    assertThat(
            of(
                null,
                Map.of("REGISTRY_NAME", "127.0.0.1:8454"),
                "ARG REGISTRY_NAME=docker.io",
                "FROM ${REGISTRY_NAME}/baseimages/node:15-alpine"))
        .isEqualTo(new BaseImages("127.0.0.1:8454/baseimages/node:15-alpine", List.of()));
  }

  @Test
  void shouldFollowStages() throws Exception {
    assertThat(
            of(
                null,
                Map.of(),
                "FROM golang:1 AS Build",
                "FROM alpine:3 AS base",
                "COPY --from=busybox:1 /bin/sh /sh",
                "RUN --mount=from=tools:2,target=/t true",
                "FROM base",
                "COPY --from=build /a /a"))
        .isEqualTo(new BaseImages("alpine:3", List.of("busybox:1", "tools:2", "golang:1")));
  }

  @Test
  void shouldLeaveOutStagesThatTheTargetDoesNotNeed() throws Exception {
    assertThat(of("one", Map.of(), "FROM a AS one", "FROM b AS two", "COPY --from=one /x /x"))
        .isEqualTo(new BaseImages("a", List.of()));
  }

  @Test
  void shouldKnowScratchPlatformsContinuationsAndHeredocs() throws Exception {
    assertThat(
            of(
                null,
                Map.of(),
                "FROM --platform=$BUILDPLATFORM \\",
                "  alpine:3 AS b",
                "RUN <<EOF",
                "FROM not-an-image",
                "EOF",
                "FROM scratch",
                "COPY --from=b /x /x"))
        .isEqualTo(new BaseImages(null, List.of("alpine:3")));
  }

  @Test
  void shouldReadWhatAnEarlierStageHasTheNextOneDoFirst() throws Exception {
    assertThat(
            of(
                null,
                Map.of(),
                "# syntax=docker/dockerfile:1",
                "FROM alpine:3 AS base",
                "ONBUILD COPY --from=tools:1 /a /a",
                "FROM base"))
        .isEqualTo(new BaseImages("alpine:3", List.of("tools:1")));
  }

  @Test
  void shouldKnowThePlatformInNames() throws Exception {
    Dockerfile file =
        DockerfileParser.parse("FROM base-${TARGETARCH}${TARGETVARIANT:+-}${TARGETVARIANT}\n");

    assertThat(
            FindBaseImages.of(file, new HashMap<>(), null, "linux/arm64/v8", NamedContexts.none())
                .runtime())
        .isEqualTo("base-arm64-v8");
    assertThat(FindBaseImages.of(file, new HashMap<>(), null).runtime()).isEqualTo("base-amd64");
  }

  @Test
  void shouldUseArgumentsOfTheGlobalScopeOnly() throws Exception {
    assertThat(of(null, Map.of(), "FROM ${V:-alpine}:3", "ARG V=other"))
        .isEqualTo(new BaseImages("alpine:3", List.of()));
  }

  private static BaseImages with(Map<String, Optional<String>> contexts, String... lines)
      throws Exception {
    return FindBaseImages.of(
        DockerfileParser.parse(String.join("\n", lines) + "\n"),
        new HashMap<>(),
        null,
        "linux/amd64",
        NamedContexts.of(contexts));
  }

  @Test
  void shouldReadFurtherContextsInPlaceOfImages() throws Exception {
    Map<String, Optional<String>> contexts =
        Map.of("alpine", Optional.of("r.io/mine:3"), "r.io/lib:1", Optional.empty());
    assertThat(
            with(
                contexts,
                "FROM docker.io/library/Alpine:latest",
                "COPY --from=r.io/lib:1 /x /x",
                "RUN --mount=from=r.io/lib:2,target=/t true"))
        .isEqualTo(new BaseImages("r.io/mine:3", List.of("r.io/lib:2")));
    assertThat(with(contexts, "FROM r.io/lib:1", "COPY --from=alpine /x /x"))
        .isEqualTo(new BaseImages(null, List.of("r.io/mine:3")));
  }

  @Test
  void shouldReadFurtherContextsInPlaceOfStages() throws Exception {
    String[] lines = {
      "FROM golang:1 AS Build",
      "COPY --from=tools:1 /x /x",
      "ONBUILD COPY --from=trigger:1 /x /x",
      "FROM build",
      "COPY --from=0 /a /a"
    };
    assertThat(with(Map.of("BUILD", Optional.empty()), lines))
        .isEqualTo(new BaseImages(null, List.of()));
    assertThat(with(Map.of("build", Optional.of("built:1")), lines))
        .isEqualTo(new BaseImages("built:1", List.of()));
    assertThat(with(Map.of("golang:1", Optional.of("go:2")), lines))
        .isEqualTo(new BaseImages("go:2", List.of("tools:1", "trigger:1")));
  }

  @Test
  void shouldTellWhichNamesNoStageHas() throws Exception {
    Dockerfile file = DockerfileParser.parse("FROM a AS One\nFROM b\nFROM c AS two\nRUN true\n");
    assertThat(file.withoutStage(List.of("ONE", "stage-1", "stage-0", "2", "two", "three")))
        .containsExactly("stage-0", "2", "three");
  }
}
