package io.slipway.builder.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerArchiveWriter.Written;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a folder to an archive and back: nothing may get lost. Owners need root, as in the agent.
 */
class LayerRoundTripTest {
  private static final Instant TIME = Instant.parse("2023-04-05T06:07:08Z");

  /** cap_setuid,cap_net_bind_service,cap_net_raw+ep: has bytes above 127, which are no UTF-8. */
  private static final byte[] CAPABILITY =
      HexFormat.of().parseHex("0100000280240000000000000000000000000000");

  @TempDir Path folder;
  private Path upper;
  private Path back;

  @BeforeEach
  void folders() throws IOException {
    upper = Files.createDirectory(folder.resolve("upper"));
    back = Files.createDirectory(folder.resolve("back"));
  }

  private static byte[] pack(Path upper, Written[] result) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (LayerArchiveWriter writer = new LayerArchiveWriter(bytes)) {
      new UpperFolder(upper).write(writer);
      result[0] = writer.finish();
    }
    return bytes.toByteArray();
  }

  private static String unpack(byte[] blob, Path into) throws IOException {
    LayerUnpacker unpacker = new LayerUnpacker(into);
    MessageDigest digest = Sha256.start();
    try (InputStream tar =
        new DigestInputStream(new GZIPInputStream(new ByteArrayInputStream(blob)), digest)) {
      new LayerReader(LayerReader.UnpackLimits.DEFAULT).read(tar, unpacker);
      unpacker.finish();
      assertThat(unpacker.ownershipExact()).isTrue();
      return Sha256.finish(digest);
    }
  }

  private Path file(String path, String content) throws IOException {
    Path file = upper.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static void settle(Path folder) throws IOException {
    try (var walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        NativeFiles.setTime(path, TIME);
      }
    }
  }

  @Test
  void everythingSurvives() throws Exception {
    file("plain", "text");
    file("empty", "");
    Path owned = file("home/node/own", "mine");
    NativeFiles.chown(owned, 1000, 1001);
    NativeFiles.chown(owned.getParent(), 3_000_000_000L, 100_000);
    Path suid = file("bin/su", "x");
    NativeFiles.chown(suid, 0, 5);
    NativeFiles.chmod(suid, 06755);
    Path ping = file("bin/ping", "y");
    NativeFiles.setAttribute(ping, "security.capability", CAPABILITY);
    NativeFiles.setAttribute(ping, "user.note", "grüße\n=1".getBytes(StandardCharsets.UTF_8));
    Files.createLink(upper.resolve("zz-second-name"), ping);
    Files.createSymbolicLink(upper.resolve("link"), Path.of("../outside/of all"));
    Files.createSymbolicLink(upper.resolve("dangling"), Path.of("/nö/where"));
    NativeFiles.chown(upper.resolve("link"), 7, 8);
    NativeFiles.makeFifo(upper.resolve("pipe"));
    NativeFiles.chmod(upper.resolve("pipe"), 0620);
    Path sticky = Files.createDirectory(upper.resolve("tmp"));
    NativeFiles.chmod(sticky, 01777);
    Path closed = Files.createDirectory(upper.resolve("closed"));
    Files.writeString(closed.resolve("inside"), "hidden");
    NativeFiles.chmod(closed, 0);
    file("ünïcode/日本/😀 file", "name");
    file("a".repeat(255) + "/" + "b".repeat(200) + "/" + "c".repeat(90), "long");
    Files.createSymbolicLink(upper.resolve("longlink"), Path.of("d/".repeat(120) + "end"));
    file("spaces and\nline ends/\ttab", "odd");
    file("-rf", "dash");
    file("back\\slash", "windows");
    file("wh.not", "not a whiteout");
    settle(upper);

    Written[] written = new Written[1];
    byte[] blob = pack(upper, written);
    assertThat(unpack(blob, back)).isEqualTo(written[0].diffId());

    assertThat(TestFolders.listing(back)).isEqualTo(TestFolders.listing(upper));
    assertThat(TestFolders.listing(back).get("zz-second-name")).contains("same as bin/ping");
    assertThat(TestFolders.listing(back).get("bin/ping")).contains("80240000");
  }

  @Test
  void whiteoutsAndOpaqueFoldersSurvive() throws Exception {
    file("kept/new", "1");
    NativeFiles.makeWhiteout(upper.resolve("kept/gone"));
    NativeFiles.makeWhiteout(upper.resolve("gone too"));
    Path replaced = Files.createDirectory(upper.resolve("replaced"));
    NativeFiles.setAttribute(replaced, LayerEntry.Whiteouts.OPAQUE_ATTRIBUTE, "y".getBytes());
    Files.writeString(replaced.resolve("only"), "2");
    settle(upper);

    Written[] written = new Written[1];
    byte[] blob = pack(upper, written);
    assertThat(written[0].index().entries())
        .extracting(LayerEntry::type, LayerEntry::path)
        .contains(
            Tuple.tuple(LayerEntry.Type.WHITEOUT, "kept/gone"),
            Tuple.tuple(LayerEntry.Type.OPAQUE, "replaced"));
    unpack(blob, back);
    assertThat(TestFolders.listing(back)).isEqualTo(TestFolders.listing(upper));
    assertThat(TestFolders.listing(back).get("kept/gone")).isEqualTo("device 0");
    assertThat(TestFolders.listing(back).get("replaced")).contains("user.overlay.opaque=79");
  }

  @Test
  void theOtherFormOfWhiteoutsIsRead() throws Exception {
    Path folderWithMarks = Files.createDirectory(upper.resolve("d"));
    NativeFiles.setAttribute(
        folderWithMarks, LayerEntry.Whiteouts.OPAQUE_ATTRIBUTE, "x".getBytes());
    Path gone = Files.createFile(folderWithMarks.resolve("gone"));
    NativeFiles.setAttribute(gone, LayerEntry.Whiteouts.WHITEOUT_ATTRIBUTE, "y".getBytes());
    Written[] written = new Written[1];
    pack(upper, written);
    assertThat(written[0].index().entries())
        .extracting(LayerEntry::type)
        .containsExactly(LayerEntry.Type.FOLDER, LayerEntry.Type.WHITEOUT);
  }

  @Test
  void equalFoldersGiveEqualArchives() throws Exception {
    file("b", "2");
    file("a/x", "1");
    file("c", "3");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("c"), "3");
    Files.createDirectory(other.resolve("a"));
    Files.writeString(other.resolve("a/x"), "1");
    Files.writeString(other.resolve("b"), "2");
    settle(upper);
    settle(other);
    Written[] first = new Written[1];
    Written[] second = new Written[1];
    byte[] one = pack(upper, first);
    byte[] two = pack(other, second);
    assertThat(one).isEqualTo(two);
    assertThat(first[0]).isEqualTo(second[0]);
    assertThat(first[0].index().entries())
        .allSatisfy(entry -> assertThat(entry.mtime()).isEqualTo(TIME))
        .extracting(LayerEntry::path)
        .containsExactly("a", "a/x", "b", "c");
  }

  @Test
  void indexSurvivesWriting() throws Exception {
    LayerIndex index =
        new LayerIndex(
            List.of(
                new LayerEntry(
                    "ü/x",
                    LayerEntry.Type.FILE,
                    04755,
                    4_000_000_000L,
                    1,
                    TIME.plusNanos(5),
                    9L << 33,
                    "",
                    Map.of("security.capability", "\u0000\u0080\u00ff")),
                LayerEntry.symlink("l", "../..", 1, 2, TIME),
                LayerEntry.whiteout("w", TIME),
                LayerEntry.opaque("", TIME)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    index.write(bytes);
    assertThat(LayerIndex.read(new ByteArrayInputStream(bytes.toByteArray()))).isEqualTo(index);
  }

  @Test
  void gnuTarReadsOurArchives() throws Exception {
    file("ünïcode/" + "n".repeat(150), "content");
    Path ping = file("ping", "p");
    NativeFiles.setAttribute(ping, "security.capability", CAPABILITY);
    NativeFiles.chown(ping, 3_000_000_000L, 0);
    settle(upper);
    byte[] blob = pack(upper, new Written[1]);
    Path archive = Files.write(folder.resolve("layer.tar.gz"), blob);
    Process tar =
        new ProcessBuilder(
                "tar",
                "--xattrs",
                "--xattrs-include=*",
                "--same-owner",
                "-xzpf",
                archive.toString(),
                "-C",
                back.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(said).isZero();
    Map<String, String> expected = TestFolders.listing(upper);
    Map<String, String> found = TestFolders.listing(back);
    expected.replaceAll((path, line) -> line.replaceFirst(" security.*", ""));
    found.replaceAll((path, line) -> line.replaceFirst(" security.*", ""));
    assertThat(found).isEqualTo(expected);
    // tar sets attributes before the owner, whose change takes capabilities away; ours does not.
    assertThat(TestFolders.listing(upper).get("ping")).doesNotContain("security.capability");
  }

  @Test
  void ourReaderTakesArchivesOfGnuTar() throws Exception {
    file("ünïcode/" + "n".repeat(150), "content");
    Files.createSymbolicLink(upper.resolve("l"), Path.of("t/".repeat(90)));
    Path ping = file("ping", "p");
    NativeFiles.setAttribute(ping, "security.capability", CAPABILITY);
    Files.createLink(upper.resolve("pong"), ping);
    settle(upper);
    for (String format : List.of("--format=posix", "--format=gnu")) {
      Path archive = folder.resolve("by" + format + ".tgz");
      Process tar =
          new ProcessBuilder(
                  "tar",
                  format,
                  "--sort=name",
                  "-czf",
                  archive.toString(),
                  "-C",
                  upper.toString(),
                  ".")
              .redirectErrorStream(true)
              .start();
      String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(tar.waitFor()).as(said).isZero();
      Path into = Files.createDirectory(folder.resolve("from" + format));
      unpack(Files.readAllBytes(archive), into);
      Map<String, String> expected = TestFolders.listing(upper);
      expected.replaceAll((path, line) -> line.replaceFirst(" security.*", ""));
      assertThat(TestFolders.listing(into)).isEqualTo(expected);
    }
  }
}
