package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.slipway.builder.EngineRun;
import io.slipway.builder.support.RequestBuilder;
import io.slipway.builder.support.Workbench;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Dockerfile reference of today says and Docker's first builder did not know. */
class DockerfileReferenceTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void aHeredocIsRunByWhomItsFirstLineNames(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      String printed =
          bench.build(
              "FROM test.local/base:1",
              "USER app",
              "RUN <<SCRIPT",
              "#!/bin/cat",
              "this is printed",
              "SCRIPT",
              "RUN <<PLAIN",
              "echo $((1<<5)) > /tmp/shift",
              "PLAIN");

      assertThat(printed).contains("\n#!/bin/cat\nthis is printed\n");
      assertThat(bench.sh("cat /tmp/shift; test -e /run/heredocs || echo clean"))
          .isEqualTo("32\nclean");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void whatIsMountedOverALinkLeavesNothingInTheImage(String launcher) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, launcher)) {
      String links = "ln -s ../points/of/stub.conf /l/resolv.conf; ln -s /points/h /l/hosts";
      bench.build(
          "FROM test.local/base:1 AS links",
          "RUN mkdir /l; " + links,
          "FROM test.local/base:1",
          "COPY --from=links /l/ /etc/",
          "RUN test -r /etc/resolv.conf && grep -q localhost /etc/hosts && echo ran > /ran");

      assertThat(bench.sh("cat /ran; test -h /etc/hosts && grep -c localhost /etc/hosts"))
          .isEqualTo("ran\n2");
      Files.writeString(
          bench.context.resolve("Dockerfile"),
          "FROM scratch\nCOPY --from=test.local/result:1 /points /left/\n");
      assertThatThrownBy(() -> bench.build(bench.run, bench.context, "test.local/left:1"))
          .hasMessageContaining("'points' not found");
    }
  }

  @Test
  void cachesAreSharedByThoseWhoMay() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "crun")) {
      String read =
          "RUN --mount=type=cache,target=/cache cat /cache/f > /read || echo none > /read";
      bench.build(
          "FROM test.local/base:1", "RUN --mount=type=cache,target=/cache echo 1 > /cache/f");
      bench.build("FROM test.local/base:1", read);
      assertThat(bench.sh("cat /read")).isEqualTo("1");

      bench.caches = "others";
      try (EngineRun others = bench.newRun()) {
        bench.build(others, folder.resolve("base"), "test.local/base:1");
        assertThat(bench.build(others, bench.context, "test.local/others:1"))
            .doesNotContain("Using cache");
      }
    }
  }

  @Test
  void aStepIsNotTakenForAnotherOne() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      bench.build("FROM test.local/base:1", "ENV A=\"1, B=2\"", "RUN echo \"$A$B\" > /e");

      bench.build("FROM test.local/base:1", "ENV A=1 B=2", "RUN echo \"$A$B\" > /e");

      assertThat(bench.sh("cat /e")).isEqualTo("12");
    }
  }

  @Test
  @Timeout(60)
  void patternsTakeNoMoreTimeThanPathsAreLong() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "no-launcher-at-all")) {
      bench.file("d/".repeat(40) + "f", "deep").file("a".repeat(250), "long");
      bench.file(".dockerignore", "**/".repeat(30) + "x\n" + "*a".repeat(60) + "b\n");

      assertThat(
              bench.build(
                  "FROM scratch", "COPY . /", "COPY " + "*a".repeat(60) + "b a* /patterns/"))
          .contains("Successfully built");
      bench.file(".dockerignore", "[z-a]\n");
      assertThatThrownBy(() -> bench.build("FROM scratch", "COPY . /"))
          .hasMessageContaining(".dockerignore: '[z-a]' is not a valid pattern");
      bench.file(".dockerignore", "");
      assertThatThrownBy(() -> bench.build("FROM scratch", "COPY a[ /"))
          .hasMessageContaining("'a[' is not a valid pattern");
    }
  }

  @Test
  void aStageHasTheArgumentsOfTheOneItStandsOn() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      bench.buildArgs.put("SECOND", "two");
      bench.build(
          "FROM test.local/base:1 AS parent",
          "ARG CHANNEL=stable",
          "ARG SECOND",
          "FROM test.local/base:1 AS stranger",
          "RUN echo \"[$CHANNEL]\" > /stranger",
          "FROM parent",
          "COPY --from=stranger /stranger /stranger",
          "ENV KEPT=$CHANNEL",
          "RUN echo \"[$CHANNEL][$SECOND][$KEPT]\" > /child");

      assertThat(bench.sh("cat /stranger /child")).isEqualTo("[]\n[stable][two][stable]");
    }
  }

  @Test
  void whatWorkdirMakesBelongsToTheUser() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      bench.build(
          "FROM test.local/base:1",
          "USER app",
          "WORKDIR /made/here",
          "USER 4711",
          "WORKDIR /number",
          "USER root",
          "WORKDIR /made/of/root");

      assertThat(bench.sh("stat -c '%u:%g' /made /made/here /number /made/of"))
          .isEqualTo("1000:1001\n1000:1001\n4711:4711\n0:0");
    }
  }

  @Test
  void aSecretIsAVariableOfOneCommand() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      bench.secrets.put("tok", Files.writeString(folder.resolve("tok"), "open-sesame"));
      bench.secrets.put("bin", Files.write(folder.resolve("bin"), new byte[3]));
      bench.build(
          "FROM test.local/base:1",
          "RUN --mount=type=secret,id=tok,env=TOK test \"$TOK\" = open-sesame && test ! -e"
              + " /run/secrets/tok",
          "RUN --mount=type=secret,id=tok,env=TOK,target=/t test \"$TOK\" = \"$(cat /t)\"",
          "RUN test -z \"$TOK\"",
          "RUN --mount=type=secret,id=absent,env=TOK test -z \"$TOK\"");

      assertThat(bench.sh("env")).doesNotContain("TOK");
      assertThatThrownBy(() ->
              bench.build("FROM test.local/base:1", "RUN --mount=type=secret,id=bin,env=TOK true"))
          .hasMessageContaining("no variable can hold the secret bin");
    }
  }

  @Test
  void anImageHasTheTimeThatIsGiven() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "no-launcher-at-all")) {
      bench.file("x", "x");
      bench.request = RequestBuilder::noCache;
      bench.buildArgs.put("SOURCE_DATE_EPOCH", "1600000000");
      String[] file = {"FROM scratch", "WORKDIR /w", "COPY x /deep/x", "LABEL a=b"};
      String printed = bench.build(file);
      String first = bench.last.imageId();
      Thread.sleep(1_100); // times have seconds
      bench.build(file);

      assertThat(bench.last.imageId()).isEqualTo(first);
      assertThat(printed).doesNotContain("not consumed");
      bench.buildArgs.put("SOURCE_DATE_EPOCH", "1600000001");
      bench.build(file);
      assertThat(bench.last.imageId()).isNotEqualTo(first);
      bench.buildArgs.put("SOURCE_DATE_EPOCH", "yesterday");
      assertThatThrownBy(() -> bench.build(file))
          .hasMessageContaining("SOURCE_DATE_EPOCH=yesterday");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "gz", "bz2", "xz", "zst"})
  void addUnpacksArchivesHoweverTheyAreMade(String kind) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      // No entry for a folder, one for the inner folder alone, and one for the outer.
      for (List<String> folders : List.of(List.<String>of(), List.of("t/bin/"), List.of("t/"))) {
        Path archive = bench.context.resolve("archive" + folders.size() + folders.hashCode());
        try (OutputStream out = Files.newOutputStream(archive);
            OutputStream zipped = zipped(kind, out);
            TarArchiveOutputStream tar = new TarArchiveOutputStream(zipped)) {
          for (String each : folders) {
            tar.putArchiveEntry(new TarArchiveEntry(each));
            tar.closeArchiveEntry();
          }
          put(tar, "t/bin/f");
          put(tar, "t/bin/g");
        }
        bench.build("FROM test.local/base:1", "ADD " + archive.getFileName() + " /opt/");

        assertThat(bench.sh("cat /opt/t/bin/f /opt/t/bin/g")).isEqualTo("hellohello");
      }
    }
  }

  private static OutputStream zipped(String kind, OutputStream out) throws Exception {
    return switch (kind) {
      case "gz" -> new GzipCompressorOutputStream(out);
      case "bz2" -> new BZip2CompressorOutputStream(out);
      case "xz" -> new XZCompressorOutputStream(out);
      case "zst" -> new ZstdOutputStream(out);
      default -> out;
    };
  }

  private static void put(TarArchiveOutputStream tar, String name) throws Exception {
    byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  @Test
  void namesOfOneFileStayNamesOfOneFile() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      bench.file("own/a", "same");
      Files.createLink(bench.context.resolve("own/b"), bench.context.resolve("own/a"));
      bench.file("own/c", "same");
      bench.build(
          "FROM test.local/base:1 AS made",
          "RUN mkdir /d && echo 1 > /d/a && ln /d/a /d/b && ln /d/a /d/c && echo 1 > /d/other",
          "FROM test.local/base:1",
          "COPY --from=made /d /d",
          "COPY own /own");

      assertThat(bench.sh("stat -c '%h' /d/a /d/b /d/other /own/a /own/b /own/c; cat /d/c /own/b"))
          .isEqualTo("3\n3\n1\n2\n2\n1\n1\nsame");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker/dockerfile:1",
        "docker/dockerfile:latest",
        "docker/dockerfile:1-labs",
        "docker.io/docker/dockerfile:1.7@sha256:"
            + "2f6d0ed3c9c58944d5becd3e7e18d2e81d73036ed7d6143a87801183f1729296"
      })
  void everyNameOfDockersFrontEndIsKnown(String syntax) throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "no-launcher-at-all")) {
      bench.file("x", "x");

      assertThat(bench.build("# syntax=" + syntax, "FROM scratch", "COPY x /x"))
          .contains("Successfully built");
    }
  }
}
