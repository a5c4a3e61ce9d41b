package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.support.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COPY and ADD: what lands where, with which owner and mode. */
class CopyTest {
  @TempDir Path folder;

  @Test
  void placesOwnersAndModes() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "crun")) {
      bench
          .file("a.txt", "a")
          .file("b.txt", "b")
          .file("dir/c.txt", "c")
          .file("dir/deep/d.txt", "d")
          .file("dir/skip.log", "no")
          .file(".dockerignore", "**/*.log\n");
      Files.createSymbolicLink(bench.context.resolve("dir/link"), Path.of("c.txt"));
      Files.createSymbolicLink(bench.context.resolve("out"), Path.of("/etc/shadow"));
      bench.build(
          "FROM test.local/base:1",
          "RUN ln -s /real /alias && mkdir /real",
          "COPY *.txt /globbed/",
          "COPY a.txt /renamed",
          "COPY dir /tree",
          "COPY --chown=app:extra --chmod=600 b.txt /owned/b",
          "COPY a.txt /alias/a",
          "WORKDIR /made/here",
          "COPY dir/c.txt .",
          "COPY <<EOF /doc",
          "value $PATH_LESS x",
          "EOF");
      assertThat(bench.sh("ls /globbed /renamed /tree /tree/deep"))
          .isEqualTo(
              "/renamed\n\n"
                  + "/globbed:\n"
                  + "a.txt\n"
                  + "b.txt\n\n"
                  + "/tree:\n"
                  + "c.txt\n"
                  + "deep\n"
                  + "link\n\n"
                  + "/tree/deep:\n"
                  + "d.txt");
      assertThat(bench.sh("stat -c '%u:%g %a %n' /owned/b /owned /renamed"))
          .isEqualTo("1000:77 600 /owned/b\n1000:77 755 /owned\n0:0 644 /renamed");
      assertThat(bench.sh("cat /real/a /made/here/c.txt /tree/link; cat /doc"))
          .isEqualTo("accvalue  x");
    }
  }

  @Test
  void foldersAboveWhatIsCopiedStayAsTheyAre() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      bench.file("a.txt", "a");
      bench.build(
          "FROM test.local/base:1",
          "RUN mkdir -p /own/deep /open && chown -R app:extra /own && chmod 700 /own && chmod 1777"
              + " /open",
          "COPY a.txt /own/deep/a",
          "COPY a.txt /open/x/a",
          "WORKDIR /own/deep/work",
          "RUN true");
      assertThat(bench.sh("stat -c '%u:%g %a' /own /own/deep /open /open/x /own/deep/work"))
          .isEqualTo("1000:77 700\n1000:77 755\n0:0 1777\n0:0 755\n0:0 755");
    }
  }

  @Test
  void aPatternMayBeAboutWhatIsNotThere() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "no-launcher-at-all")) {
      bench.file("package.json", "{}");

      assertThat(
              bench.build(
                  "FROM test.local/base:1", "COPY package.json package-lock.json* npmrc? /app/"))
          .contains("Successfully built");
      assertThat(bench.build("FROM test.local/base:1", "COPY package-lock.json* /app/"))
          .contains("[Warning] nothing matches 'package-lock.json*'", "Successfully built");
      assertThatThrownBy(
              () -> bench.build("FROM test.local/base:1", "COPY package.json gone /app/"))
          .hasMessageContaining("'gone' not found");
    }
  }

  @Test
  void aBuildWithoutRunNeedsNoNamespace() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "no-launcher-at-all")) {
      bench.file("a.txt", "a");
      assertThat(
              bench.build(
                  "FROM test.local/base:1 AS one",
                  "COPY a.txt /x/a",
                  "FROM test.local/base:1",
                  "COPY --from=one /x /y",
                  "WORKDIR /z",
                  "ENTRYPOINT [\"cat\"]",
                  "HEALTHCHECK --interval=.5s --timeout=+1m30s CMD true",
                  "LABEL a=b",
                  "VOLUME /data",
                  "STOPSIGNAL SIGINT"))
          .contains("Step 10/10 : STOPSIGNAL SIGINT", "Successfully built");
    }
  }
}
