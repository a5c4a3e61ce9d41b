package io.slipway.builder.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.slipway.builder.config.MalformedImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives made to write where they may not, or to use up the machine. */
class HostileLayerTest {
  @TempDir Path folder;
  private Path into;
  private Path outside;

  @BeforeEach
  void folders() throws IOException {
    into = Files.createDirectory(folder.resolve("into"));
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "untouched");
  }

  /** Writes the entries of an archive. */
  interface Maker {
    void make(TarArchiveOutputStream tar) throws IOException;
  }

  private static byte[] archive(Maker maker) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      maker.make(tar);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  static void file(TarArchiveOutputStream tar, String name, String content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  static void link(TarArchiveOutputStream tar, String name, byte type, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  static void symlink(TarArchiveOutputStream tar, String name, String target) throws IOException {
    link(tar, name, TarConstants.LF_SYMLINK, target);
  }

  static void hardlink(TarArchiveOutputStream tar, String name, String target) throws IOException {
    link(tar, name, TarConstants.LF_LINK, target);
  }

  static void special(TarArchiveOutputStream tar, String name, byte type) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setDevMajor(8);
    entry.setDevMinor(0);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refusal("'..' at the beginning", "'..'", tar -> file(tar, "../outside/secret", "x")),
        refusal("'..' in the middle", "'..'", tar -> file(tar, "a/../../outside/secret", "x")),
        refusal("'..' alone", "'..'", tar -> file(tar, "..", "x")),
        refusal("absolute with '..'", "'..'", tar -> file(tar, "/../outside/secret", "x")),
        refusal(
            "file through a symlink out",
            "not a directory",
            tar -> {
              symlink(tar, "out", "../outside");
              file(tar, "out/secret", "x");
            }),
        refusal(
            "file through an absolute symlink",
            "not a directory",
            tar -> {
              symlink(tar, "a", "/tmp");
              file(tar, "a/b/c", "x");
            }),
        refusal(
            "folder through a symlink",
            "not a directory",
            tar -> {
              symlink(tar, "out", "../outside");
              tar.putArchiveEntry(new TarArchiveEntry("out/new/", true));
              tar.closeArchiveEntry();
            }),
        refusal(
            "symlink in place of a folder, then below it",
            "not a directory",
            tar -> {
              file(tar, "d/x", "x");
              symlink(tar, "d", "../outside");
              file(tar, "d/secret", "x");
            }),
        refusal("hard link out", "'..'", tar -> hardlink(tar, "stolen", "../outside/secret")),
        refusal(
            "hard link through a symlink",
            "in no folder of the layer",
            tar -> {
              symlink(tar, "out", "../outside");
              hardlink(tar, "stolen", "out/secret");
            }),
        refusal(
            "hard link to nothing", "not in the layer", tar -> hardlink(tar, "stolen", "nothing")),
        refusal(
            "hard link to an absolute file of the host",
            "in no folder of the layer",
            tar -> hardlink(tar, "stolen", "/etc/shadow")),
        refusal(
            "hard link to a folder",
            "repeats a folder",
            tar -> {
              file(tar, "d/x", "x");
              hardlink(tar, "h", "d");
            }),
        refusal(
            "hard link to itself",
            "repeats itself",
            tar -> {
              file(tar, "x", "x");
              hardlink(tar, "x", "x");
            }),
        refusal("whiteout of the parent", "bad whiteout", tar -> file(tar, "a/.wh...", "")),
        refusal("whiteout of the folder itself", "bad whiteout", tar -> file(tar, ".wh..", "")),
        refusal("whiteout of nothing", "bad whiteout", tar -> file(tar, "a/.wh.", "")),
        refusal(
            "whiteout through a symlink",
            "not a directory",
            tar -> {
              symlink(tar, "out", "../outside");
              file(tar, "out/.wh.secret", "");
            }),
        refusal(
            "opaque mark through a symlink",
            "not a directory",
            tar -> {
              symlink(tar, "out", "../outside");
              file(tar, "out/.wh..wh..opq", "");
            }),
        refusal("entry below a whiteout", "below a whiteout", tar -> file(tar, ".wh.a/b", "x")),
        refusal("block device", "device", tar -> special(tar, "sda", TarConstants.LF_BLK)),
        refusal("character device", "device", tar -> special(tar, "mem", TarConstants.LF_CHR)),
        refusal("link without a target", "no target", tar -> symlink(tar, "l", "")),
        refusal("file in place of the root", "", tar -> symlink(tar, "./", "../outside")),
        refusal("unknown type", "unknown type", tar -> special(tar, "odd", (byte) 'Q')));
  }

  private static Arguments refusal(String name, String words, Maker maker) {
    return arguments(Named.of(name, archive(maker)), words);
  }

  private void unpack(byte[] tar, LayerReader.UnpackLimits limits) throws IOException {
    LayerUnpacker unpacker = new LayerUnpacker(into);
    new LayerReader(limits).read(new ByteArrayInputStream(tar), unpacker);
    unpacker.finish();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedAndWritesNothingOutside(byte[] tar, String words) throws IOException {
    assertThatThrownBy(() -> unpack(tar, LayerReader.UnpackLimits.DEFAULT))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining(words);
    assertThat(TestFolders.listing(outside)).containsOnlyKeys("secret");
    assertThat(outside.resolve("secret")).hasContent("untouched");
    assertThat((int) Files.getAttribute(outside.resolve("secret"), "unix:nlink")).isEqualTo(1);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("into", "outside");
  }

  @Test
  void absoluteNamesMeanTheRootOfTheImage() throws IOException {
    unpack(archive(tar -> file(tar, "/etc/hostname", "image")), LayerReader.UnpackLimits.DEFAULT);
    assertThat(into.resolve("etc/hostname")).hasContent("image");
  }

  @Test
  void aFileInPlaceOfALinkDoesNotFollowIt() throws IOException {
    unpack(
        archive(tar -> {
          symlink(tar, "target", "../outside/secret");
          file(tar, "target", "mine");
        }),
        LayerReader.UnpackLimits.DEFAULT);
    assertThat(Files.isSymbolicLink(into.resolve("target"))).isFalse();
    assertThat(outside.resolve("secret")).hasContent("untouched");
  }

  @Test
  void ownersAndModesOfLinksDoNotReachTheirTargets() throws IOException {
    unpack(
        archive(tar -> {
          TarArchiveEntry entry = new TarArchiveEntry("l", TarConstants.LF_SYMLINK, true);
          entry.setLinkName(outside.resolve("secret").toString());
          entry.setIds(1234, 1234);
          entry.setMode(07777);
          tar.putArchiveEntry(entry);
          tar.closeArchiveEntry();
        }),
        LayerReader.UnpackLimits.DEFAULT);
    assertThat(Files.getAttribute(outside.resolve("secret"), "unix:uid")).isEqualTo(0);
    assertThat((int) Files.getAttribute(outside.resolve("secret"), "unix:mode") & 07777)
        .isNotEqualTo(07777);
    assertThat(Files.getAttribute(into.resolve("l"), "unix:uid", LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(1234);
  }

  @Test
  void devicesInDevAreLeftOut() throws IOException {
    unpack(
        archive(tar -> {
          special(tar, "dev/sda", TarConstants.LF_BLK);
          file(tar, "dev/readme", "x");
        }),
        LayerReader.UnpackLimits.DEFAULT);
    assertThat(into.resolve("dev").toFile().list()).containsExactly("readme");
  }

  @Test
  void marksOfOverlayfsInAnArchiveAreIgnored() throws IOException {
    // user.overlay.redirect would show another folder of the image, trusted.* even more.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      TarArchiveEntry entry = new TarArchiveEntry("d/", true);
      entry.addPaxHeader("SCHILY.xattr.user.overlay.redirect", "/etc");
      entry.addPaxHeader("SCHILY.xattr.user.overlay.opaque", "y");
      entry.addPaxHeader("SCHILY.xattr.trusted.overlay.redirect", "/etc");
      entry.addPaxHeader("SCHILY.xattr.system.posix_acl_access", "x");
      entry.addPaxHeader("SCHILY.xattr.user.fine", "kept");
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    unpack(bytes.toByteArray(), LayerReader.UnpackLimits.DEFAULT);
    assertThat(NativeFiles.attributes(into.resolve("d"))).containsExactly("user.fine");
  }

  @Test
  void moreThanTheLimitsIsRefused() {
    byte[] tar =
        archive(out -> {
          for (int i = 0; i < 20; i++) {
            file(out, "f" + i, "0123456789");
          }
        });
    assertThatThrownBy(() -> unpack(tar, new LayerReader.UnpackLimits(150, 100, 100, 1 << 20)))
        .hasMessageContaining("over 150 bytes");
    assertThatThrownBy(() -> unpack(tar, new LayerReader.UnpackLimits(1000, 10, 100, 1 << 20)))
        .hasMessageContaining("over 10 entries");
    byte[] deep = archive(out -> file(out, "d/".repeat(100) + "f", "x"));
    assertThatThrownBy(() -> unpack(deep, new LayerReader.UnpackLimits(1000, 10, 100, 1 << 20)))
        .hasMessageContaining("over 100 characters");
  }

  @Test
  void zerosWithoutEndAfterTheEndMarkAreRefused() {
    byte[] tar = archive(out -> file(out, "f", "x"));
    InputStream endless =
        new SequenceInputStream(
            new ByteArrayInputStream(tar),
            new InputStream() {
              @Override
              public int read() {
                return 0;
              }

              @Override
              public int read(byte[] buffer, int offset, int length) {
                Arrays.fill(buffer, offset, offset + length, (byte) 0);
                return length;
              }
            });
    assertThatThrownBy(() ->
            new LayerReader(LayerReader.UnpackLimits.DEFAULT).read(endless, (entry, content) -> {}))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("after its end mark");
  }

  @Test
  void truncatedAndGarbledArchivesAreErrors() {
    byte[] tar = archive(out -> file(out, "f", "x".repeat(10_000)));
    assertThatThrownBy(() -> unpack(Arrays.copyOf(tar, 3000), LayerReader.UnpackLimits.DEFAULT))
        .isInstanceOf(IOException.class);
    byte[] garbled = new byte[4096];
    new Random(1).nextBytes(garbled);
    assertThatThrownBy(() -> unpack(garbled, LayerReader.UnpackLimits.DEFAULT))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aWhiteoutIsAboutLowerLayersWhereverItStands() throws IOException {
    unpack(
        archive(tar -> {
          file(tar, "after", "new");
          file(tar, ".wh.after", "");
          file(tar, ".wh.before", "");
          file(tar, "before", "new");
          file(tar, ".wh.folder", "");
          file(tar, "folder/inside", "new");
          file(tar, "other/inside", "new");
          file(tar, ".wh.other", "");
        }),
        LayerReader.UnpackLimits.DEFAULT);
    Map<String, String> listing = TestFolders.listing(into);
    assertThat(listing.get("after")).contains("'new'");
    assertThat(listing.get("before")).contains("'new'");
    assertThat(listing.get("folder")).contains("user.overlay.opaque=79");
    assertThat(listing.get("other")).contains("user.overlay.opaque=79");
    assertThat(listing).containsKeys("folder/inside", "other/inside");
  }

  @Test
  void attributesAreLimitedInSum() {
    String value = "v".repeat(100_000);
    byte[] many =
        archive(tar -> {
          for (int i = 0; i < 20; i++) {
            TarArchiveEntry entry = new TarArchiveEntry("f" + i, true);
            entry.addPaxHeader("SCHILY.xattr.user.x", value);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
          }
        });
    LayerReader.UnpackLimits limits = new LayerReader.UnpackLimits(1 << 20, 100, 100, 1 << 20);
    // As ADD reads an archive: without writing it anywhere.
    assertThatThrownBy(() ->
            new LayerReader(limits).read(new ByteArrayInputStream(many), (entry, content) -> {}))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("names and attributes of a layer's entries take more than 1 MiB");
  }

  @Test
  void aNameThatNeverEndsIsNotHeld() {
    byte[] endless =
        archive(tar -> {
          TarArchiveEntry name =
              new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
          name.setSize(3 << 20);
          tar.putArchiveEntry(name);
          tar.write(new byte[3 << 20]);
          tar.closeArchiveEntry();
          file(tar, "f", "x");
        });
    assertThatThrownBy(() -> unpack(endless, LayerReader.UnpackLimits.DEFAULT))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("larger than 1 MiB");
  }
}
