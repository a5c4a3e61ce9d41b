package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real archives, good ones and hostile ones. */
class UnpackArchiveTest {
  private static final ContextLimits LIMITS = new ContextLimits(1 << 20, 1 << 20, 100, 1 << 20);
  @TempDir private Path temp;
  private Path folder;
  private Path outside;

  @BeforeEach
  void folders() throws Exception {
    folder = Files.createDirectories(temp.resolve("in"));
    outside = Files.createDirectories(temp.resolve("out"));
    Files.writeString(outside.resolve("secret"), "untouched");
  }

  /** Fills an archive. */
  interface Filler {
    void fill(Tar tar) throws IOException;
  }

  /** A tar that can hold anything. */
  static final class Tar {
    private final TarArchiveOutputStream out;

    Tar(OutputStream out) {
      this.out = new TarArchiveOutputStream(out, "UTF-8");
      this.out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      this.out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    Tar file(String name, String content) throws IOException {
      return entry(name, TarConstants.LF_NORMAL, "", content.getBytes(StandardCharsets.UTF_8));
    }

    Tar link(String name, String target) throws IOException {
      return entry(name, TarConstants.LF_SYMLINK, target, new byte[0]);
    }

    Tar hardLink(String name, String target) throws IOException {
      return entry(name, TarConstants.LF_LINK, target, new byte[0]);
    }

    Tar folder(String name) throws IOException {
      return entry(name + "/", TarConstants.LF_DIR, "", new byte[0]);
    }

    Tar entry(String name, byte type, String link, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setLinkName(link);
      entry.setSize(content.length);
      entry.setMode(type == TarConstants.LF_DIR ? 0755 : 06755);
      out.putArchiveEntry(entry);
      out.write(content);
      out.closeArchiveEntry();
      return this;
    }
  }

  static byte[] tar(Filler filler) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Tar tar = new Tar(bytes);
    filler.fill(tar);
    tar.out.close();
    return bytes.toByteArray();
  }

  static byte[] packed(byte[] tar, String packing) throws Exception {
    if (packing.isEmpty()) {
      return tar;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        new CompressorStreamFactory().createCompressorOutputStream(packing, bytes)) {
      out.write(tar);
    }
    return bytes.toByteArray();
  }

  private void unpack(Filler filler) throws IOException {
    unpack(tar(filler), LIMITS);
  }

  private void unpack(byte[] archive, ContextLimits limits) throws IOException {
    UnpackArchive.into(
        folder, new ByteArrayInputStream(archive), new ContextBudget(limits, folder));
  }

  private void refused(Filler filler, String... words) throws Exception {
    assertThatThrownBy(() -> unpack(filler))
        .isInstanceOf(ContextRefusedException.class)
        .message()
        .contains(words);
    assertThat(outside.resolve("secret")).hasContent("untouched");
    try (var files = Files.list(temp)) {
      assertThat(files).hasSize(2);
    }
    try (var files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gz", "bzip2", "xz", "zstd"})
  void shouldUnpackEveryPacking(String packing) throws Exception {
    byte[] tar =
        tar(t ->
            t.folder("src")
                .file("src/a", "one")
                .file("./b/c/d", "two")
                .link("b/up", "../src/a")
                .hardLink("same", "src/a"));
    unpack(packed(tar, packing), LIMITS);

    assertThat(folder.resolve("src/a")).hasContent("one");
    assertThat(folder.resolve("b/c/d")).hasContent("two");
    assertThat(folder.resolve("b/up")).isSymbolicLink().hasContent("one");
    assertThat(folder.resolve("same")).hasContent("one");
  }

  @Test
  void shouldGiveNoSpecialRights() throws Exception {
    unpack(t -> t.file("x", ""));

    assertThat(Files.getAttribute(folder.resolve("x"), "unix:mode")).isEqualTo(0100755);
  }

  @Test
  void shouldLetALaterEntryReplaceAnEarlierFileAndNotWhatALinkPointsTo() throws Exception {
    unpack(t -> t.file("a", "1").link("l", "a").file("l", "2").file("a", "3"));

    assertThat(folder.resolve("l")).isRegularFile().hasContent("2");
    assertThat(folder.resolve("a")).hasContent("3");
  }

  @ParameterizedTest
  @CsvSource({
    "../out/evil, goes up",
    "a/../../out/evil, goes up",
    "/tmp/evil, absolute",
    "//tmp/evil, absolute",
  })
  void rejectsPathsOutside(String name, String why) throws Exception {
    refused(t -> t.file(name, "x"), name, why);
    refused(t -> t.entry(name + "/", TarConstants.LF_DIR, "", new byte[0]), why);
    refused(t -> t.link(name, "x"), why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usr/bin/python3", "../out", "../../../../etc", "d/../..", "gone"})
  void shouldKeepLinksAsTheyAreWhereverTheyLead(String target) throws Exception {
    unpack(t -> t.folder("d").link("l", target).link("d/again", "../l"));

    assertThat(Files.readSymbolicLink(folder.resolve("l"))).hasToString(target);
    assertThat(Files.readSymbolicLink(folder.resolve("d/again"))).hasToString("../l");
  }

  @Test
  void rejectsLinksToNothing() throws Exception {
    refused(t -> t.link("l", ""), "'l'", "not a valid path");
    refused(t -> t.link("l", "x/".repeat(3_000)), "'l'", "not a valid path");
  }

  @Test
  void rejectsWritingThroughALink() throws Exception {
    refused(t -> t.folder("d").link("l", "d").file("l/x", "x"), "'l/x'", "not a directory");
    // Also over one that leads out, of the archive or there before.
    refused(
        t -> t.link("own", outside.toString()).file("own/secret", "x"),
        "'own/secret'",
        "not a directory");
    refused(t -> t.link("other", "..").folder("other/made"), "'other/made/'", "not a directory");
    Files.createSymbolicLink(folder.resolve("trap"), outside);
    refused(t -> t.file("trap/secret", "x"), "'trap/secret'", "not a directory");
    refused(t -> t.hardLink("h", "trap/secret"), "not a directory");
    unpack(t -> t.file("trap", "replaced"));
    assertThat(folder.resolve("trap")).isRegularFile();
    assertThat(outside.resolve("secret")).hasContent("untouched");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out/secret", "/etc/passwd", "missing", "d", "l"})
  void rejectsHardLinksToAnythingButAnEarlierFile(String target) throws Exception {
    refused(t -> t.folder("d").link("l", "d").hardLink("h", target), "'h'");
  }

  @Test
  void rejectsDevicesAndPipes() throws Exception {
    refused(t -> t.entry("null", TarConstants.LF_CHR, "", new byte[0]), "'null'", "device");
    refused(t -> t.entry("disk", TarConstants.LF_BLK, "", new byte[0]), "'disk'", "device");
    refused(t -> t.entry("pipe", TarConstants.LF_FIFO, "", new byte[0]), "'pipe'", "pipe");
    refused(t -> t.entry("odd", (byte) 'V', "", new byte[0]), "'odd'", "unknown kind");
  }

  @Test
  void rejectsAFileInThePlaceOfAFolder() throws Exception {
    refused(t -> t.folder("d").file("d", "x"), "'d'", "already a directory");
    refused(t -> t.file("f", "x").file("f/below", "x"), "'f/below'", "not a directory");
  }

  @Test
  void rejectsNamesThatNoFileSystemTakes() throws Exception {
    refused(t -> t.file("x".repeat(256), ""), "over 255 bytes");
    refused(t -> t.file("long/".repeat(1000) + "x", ""), "over 4096 bytes");
  }

  @Test
  void shouldNotPrintControlCharactersOfNames() throws Exception {
    assertThatThrownBy(() -> unpack(t -> t.file("/a\u001b[31m\nfake line", "")))
        .hasMessageContaining("?[31m?fake line")
        .hasMessageNotContaining("\n");
  }

  @Test
  void rejectsTooManyEntriesAtTheFirstTooMany() throws Exception {
    byte[] many =
        tar(t -> {
          for (int i = 0; i < 100_000; i++) {
            t.file("f" + i, "");
          }
        });
    assertThatThrownBy(() -> unpack(many, LIMITS))
        .isInstanceOf(ContextRefusedException.class)
        .hasMessageContaining("over 100 entries")
        .hasMessageContaining("'f100'")
        .hasMessageContaining("slipway.agent.context-entries");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(100);
    }
  }

  @Test
  void rejectsAFileThatIsTooLargeBeforeItIsWritten() throws Exception {
    assertThatThrownBy(() ->
            unpack(
                tar(t -> t.entry("big", TarConstants.LF_NORMAL, "", new byte[(1 << 20) + 1])),
                LIMITS))
        .isInstanceOf(ContextRefusedException.class)
        .hasMessageContaining("'big'")
        .hasMessageContaining("1048576 bytes");
    assertThat(folder.resolve("big")).doesNotExist();
  }

  @Test
  void rejectsABombOfZeros() throws Exception {
    // 256 MiB of zeros in 256 KiB, as files of which none is too large alone.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      Tar tar = new Tar(out);
      for (int i = 0; i < 90; i++) {
        tar.entry("z" + i, TarConstants.LF_NORMAL, "", new byte[900_000]);
      }
      tar.out.close();
    }
    assertThat(bytes.size()).isLessThan(1 << 20);

    assertThatThrownBy(() -> unpack(bytes.toByteArray(), LIMITS))
        .isInstanceOf(ContextRefusedException.class)
        .hasMessageContaining("slipway.agent.context-limit");
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum())
          .isLessThanOrEqualTo(1 << 20);
    }
  }

  @Test
  void rejectsAHeaderThatWouldFillTheMemory() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      Tar tar = new Tar(out);
      tar.entry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME, "", new byte[40 << 20]);
      tar.file("x", "");
      tar.out.close();
    }
    assertThatThrownBy(() -> unpack(bytes.toByteArray(), LIMITS))
        .isInstanceOf(ContextRefusedException.class)
        .hasMessageContaining("header of over 1 MiB");
  }

  @Test
  void rejectsWhenTheDiskIsNearlyFull() throws Exception {
    assertThatThrownBy(
            () -> unpack(tar(t -> t.file("x", "")), new ContextLimits(1, 1, 1, Long.MAX_VALUE)))
        .isInstanceOf(ContextRefusedException.class)
        .hasMessageContaining("nearly full");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>not found</html>", "", "PK\u0003\u0004", "\u001f\u008bbroken"})
  void rejectsWhatIsNoArchive(String body) {
    assertThatThrownBy(() -> unpack(body.getBytes(StandardCharsets.ISO_8859_1), LIMITS))
        .isInstanceOf(ContextRefusedException.class)
        .hasMessageContaining("not an archive");
  }

  @Test
  void rejectsAnArchiveThatEndsTooSoon() throws Exception {
    byte[] whole = packed(tar(t -> t.file("a", "x".repeat(100_000))), "");
    assertThatThrownBy(() -> unpack(Arrays.copyOf(whole, 50_000), LIMITS))
        .isInstanceOf(ContextRefusedException.class);
  }
}
