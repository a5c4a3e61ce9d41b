package io.slipway.taskfile.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BaseImagesTest {
  private static BaseImages of(@Nullable String target, Map<String, String> args, String... lines)
      throws Exception {
    return BaseImages.of(
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

    assertThat(BaseImages.of(file, new HashMap<>(), null, "linux/arm64/v8").runtime())
        .isEqualTo("base-arm64-v8");
    assertThat(BaseImages.of(file, new HashMap<>(), null).runtime()).isEqualTo("base-amd64");
  }

  @Test
  void shouldUseArgumentsOfTheGlobalScopeOnly() throws Exception {
    assertThat(of(null, Map.of(), "FROM ${V:-alpine}:3", "ARG V=other"))
        .isEqualTo(new BaseImages("alpine:3", List.of()));
  }
}
