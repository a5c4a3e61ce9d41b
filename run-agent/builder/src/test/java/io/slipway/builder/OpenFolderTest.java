package io.slipway.builder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.OpenFile.About;
import io.slipway.builder.layer.NativeFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in a folder that somebody else writes to lead nowhere outside of it. */
class OpenFolderTest {
  private static final String SECRET = "of the machine";

  @TempDir private Path temporary;
  private Path root;
  private Path outside;
  private OpenFolder folder;

  @BeforeEach
  void open() throws Exception {
    root = Files.createDirectories(temporary.resolve("root"));
    outside = Files.createDirectories(temporary.resolve("outside"));
    Files.writeString(outside.resolve("file"), SECRET);
    folder = OpenFolder.open(root);
  }

  @AfterEach
  void close() {
    folder.close();
  }

  @Test
  void shouldReadWhatIsBeneath() throws Exception {
    Files.createDirectories(root.resolve("a/b"));
    Path file = Files.writeString(root.resolve("a/b/file"), "text");
    NativeFiles.chmod(file, 04751);
    Files.createLink(root.resolve("second"), file);

    assertThat(new String(folder.read("a/b/file", 4), UTF_8)).isEqualTo("text");
    About about = folder.find("a/b/file").orElseThrow();
    assertThat(about.permissions()).isEqualTo(04751);
    assertThat(about.size()).isEqualTo(4);
    assertThat(about.names()).isEqualTo(2);
    assertThat(about).isEqualTo(folder.find("second").orElseThrow());
    assertThat(folder.find("a/none/file")).isEmpty();
    assertThat(folder.find("second/file")).isEmpty();
    assertThat(folder.find("").orElseThrow().isFolder()).isTrue();
    assertThat(folder.names()).containsExactly("a", "second");
    try (OpenFolder b = folder.folder("a/b")) {
      assertThat(b.names()).containsExactly("file");
      // Whatever the folder is called by now.
      Files.move(root.resolve("a"), root.resolve("other"));
      assertThat(b.read("file", 10)).hasSize(4);
      assertThat(b.path().resolve("file")).hasContent("text");
    }
    assertThatThrownBy(() -> folder.read("second", 3))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("more than 3 bytes");
    assertThatThrownBy(() -> folder.read("none", 3)).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"link/file", "to-file", "relative/file"})
  void shouldFollowNoLink(String path) throws Exception {
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(root.resolve("to-file"), outside.resolve("file"));

    assertThatThrownBy(() -> folder.read(path, 100)).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> folder.folder(path)).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> folder.makeFolder(path)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> folder.create(path)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> OpenFolder.openReal(root.resolve("link")))
        .isInstanceOf(NotDirectoryException.class);
    assertThat(outside.resolve("file")).hasContent(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside/file", "a/../../outside/file", "..", "a\0b"})
  void shouldTakeNoPathThatLeadsUp(String path) throws Exception {
    Files.createDirectory(root.resolve("a"));

    assertThatThrownBy(() -> folder.read(path, 100)).isInstanceOf(InvalidPathException.class);
    assertThatThrownBy(() -> folder.folder(path)).isInstanceOf(InvalidPathException.class);
    assertThatThrownBy(() -> folder.delete(path)).isInstanceOf(InvalidPathException.class);
  }

  @Test
  void shouldResolveLinksAsIfItWereTheRoot() throws Exception {
    Files.createDirectories(root.resolve("a/b"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../a"));
    Files.createSymbolicLink(root.resolve("a/b/top"), Path.of("/up/b/"));
    Files.createSymbolicLink(root.resolve("out"), outside);
    Files.createSymbolicLink(root.resolve("round"), Path.of("round"));

    assertThat(folder.resolve("up/./b")).isEqualTo("a/b");
    assertThat(folder.resolve("/a/b/top/top/none")).isEqualTo("a/b/none");
    assertThat(folder.resolve("out/file"))
        .isEqualTo(outside.resolve("file").toString().substring(1));
    assertThat(folder.readLink("up")).isEqualTo("../../../a");
    assertThatThrownBy(() -> folder.resolve("round")).isInstanceOf(FileSystemLoopException.class);
  }

  @Test
  void shouldWaitForNoPipe() throws Exception {
    NativeFiles.makeFifo(root.resolve("pipe"));

    assertThatThrownBy(() -> folder.file("pipe")).hasMessageContaining("not a regular file");
  }

  @Test
  void shouldReplaceALinkAndNotWhatItLeadsTo() throws Exception {
    Files.createSymbolicLink(root.resolve("link"), outside.resolve("file"));

    assertThatThrownBy(() -> folder.create("link")).isInstanceOf(FileAlreadyExistsException.class);
    folder.write("link", "new".getBytes(UTF_8));
    try (OpenFolder made = folder.makeFolder("x/y")) {
      folder.move("link", made, "moved");
    }

    assertThat(root.resolve("x/y/moved")).hasContent("new");
    assertThat(outside.resolve("file")).hasContent(SECRET);
    assertThat(folder.names()).containsExactly("x");
  }

  @Test
  void shouldDeleteLinksAndNotWhatTheyLeadTo() throws Exception {
    Files.createDirectories(root.resolve("tree/a"));
    Files.createSymbolicLink(root.resolve("tree/a/link"), outside);
    Files.createSymbolicLink(root.resolve("link"), outside);

    folder.deleteAll("tree");
    folder.deleteAll("link");
    folder.deleteAll("none");

    assertThat(folder.names()).isEmpty();
    assertThat(outside.resolve("file")).hasContent(SECRET);
  }

  /** The attack itself: a folder becomes a link and a folder again, as fast as it can. */
  @Test
  void shouldNeverLeaveWhileSomebodySwapsAFolderForALink() throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    Files.writeString(Files.createDirectory(root.resolve("d")).resolve("file"), "harmless");
    Files.createSymbolicLink(root.resolve("l"), outside);
    Thread attacker = Thread.ofPlatform().start(() -> swap(root, end));
    int read = 0;
    int refused = 0;
    try {
      while (read < 300 || refused < 300) {
        assertThat(attacker.isAlive()).isTrue();
        try {
          String at = folder.resolve("d/file");
          assertThat(new String(folder.read(at, 100), UTF_8)).isEqualTo("harmless");
          read++;
        } catch (FileSystemException swapped) {
          refused++;
        }
        try {
          folder.write("d/other", "x".getBytes(UTF_8));
          folder.delete("d/other");
        } catch (FileSystemException swapped) {
          // Or the temporary name was in the other folder of that name.
        }
      }
    } finally {
      end.set(true);
      attacker.join();
    }

    assertThat(outside.toFile().list()).containsExactly("file");
    assertThat(outside.resolve("file")).hasContent(SECRET);
  }

  /** What a tree of the workspace becomes while it is deleted. */
  @Test
  void shouldDeleteNothingOutsideWhileSomebodySwapsAFolderForALink() throws Exception {
    for (int round = 0; round < 50; round++) {
      AtomicBoolean end = new AtomicBoolean();
      Path tree = Files.createDirectories(root.resolve("tree/below"));
      Files.writeString(Files.createDirectory(tree.resolve("d")).resolve("file"), "harmless");
      Files.createSymbolicLink(tree.resolve("l"), outside);
      Thread attacker = Thread.ofPlatform().start(() -> swap(tree, end));
      try {
        folder.deleteAll("tree");
      } finally {
        end.set(true);
        attacker.join();
      }
      assertThat(folder.names()).isEmpty();
      assertThat(outside.resolve("file")).hasContent(SECRET);
    }
  }

  private static void swap(Path in, AtomicBoolean end) {
    Path d = in.resolve("d");
    Path l = in.resolve("l");
    Path between = in.resolve("between");
    while (!end.get()) {
      try {
        Files.move(d, between, StandardCopyOption.ATOMIC_MOVE);
        Files.move(l, d, StandardCopyOption.ATOMIC_MOVE);
        Files.move(between, l, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException deleted) {
        return;
      }
    }
  }
}
