package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.support.Workbench;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is in the layers of a build: files of odd archives, and times. */
@Timeout(120)
class BuiltLayersTest {
  @TempDir static Path folder;
  private static Workbench bench;

  @BeforeAll
  static void open() throws Exception {
    bench =
        Workbench.builtin(
            folder, BuiltinOptions.in(folder.resolve("engine")).withLaunchers(List.of("runc")));
    bench.file("a.txt", "of a.txt");
  }

  @AfterAll
  static void close() throws Exception {
    bench.close();
  }

  @Test
  void addReadsArchivesAsTarDoes() throws Exception {
    Path file = bench.context.resolve("odd.tar");
    tar(file, entry("d/f", "old"), entry("/d/g", "g"), entry("d/f", "newer"), link("h", "d/f"));
    bench.build("FROM test.local/base:1", "ADD odd.tar /o");
    assertThat(bench.sh("cd /o; cat d/f d/g h; stat -c %h h")).isEqualTo("newergnewer2");

    tar(file, link("h", "d/f"), entry("d/f", "late"));
    assertThatThrownBy(() -> bench.build("FROM scratch", "ADD odd.tar /o"))
        .hasMessageContaining("ADD failed: odd.tar: the hard link 'h'");
    TarArchiveEntry symbolic = new TarArchiveEntry("s", TarConstants.LF_SYMLINK);
    symbolic.setLinkName("/etc");
    tar(file, Map.entry(symbolic, ""), entry("s/passwd", "lost"));
    assertThatThrownBy(() -> bench.build("FROM scratch", "ADD odd.tar /o"))
        .hasMessageContaining("'s/passwd' lies below 's'");
    Files.delete(file);
  }

  private static Map.Entry<TarArchiveEntry, String> entry(String name, String content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length());
    return Map.entry(entry, content);
  }

  private static Map.Entry<TarArchiveEntry, String> link(String name, String to) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
    entry.setLinkName(to);
    return Map.entry(entry, "");
  }

  @SafeVarargs
  private static void tar(Path file, Map.Entry<TarArchiveEntry, String>... entries)
      throws Exception {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<TarArchiveEntry, String> each : entries) {
        tar.putArchiveEntry(each.getKey());
        tar.write(each.getValue().getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
      }
    }
  }

  @Test
  void noFileIsYoungerThanTheTimeThatIsGiven() throws Exception {
    bench.request = request -> request.noCache().output("type=image,rewrite-timestamp=true");
    assertThatThrownBy(() -> bench.build("FROM scratch", "COPY a.txt /"))
        .hasMessageContaining("rewrite-timestamp=true needs --build-arg SOURCE_DATE_EPOCH");
    bench.buildArgs.put("SOURCE_DATE_EPOCH", "1600000000");
    String[] file = {"FROM test.local/base:1", "COPY a.txt /c", "WORKDIR /w", "RUN echo 1 > /r"};
    bench.build(file);
    String first = bench.last.imageId();
    bench.build(file);

    assertThat(bench.last.imageId()).isEqualTo(first);
    assertThat(bench.sh("stat -c %Y /c /w /r")).isEqualTo("1600000000\n1600000000\n1600000000");
    bench.request = request -> request.noCache();
    bench.build(file);
    assertThat(bench.sh("stat -c %Y /r")).as("as in BuildKit").isNotEqualTo("1600000000");
  }
}
