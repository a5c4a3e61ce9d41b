package io.slipway.builder.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Steps make what they like: what is left of them must not stay, nor keep an agent from starting.
 */
class FoldersTest {
  @TempDir private Path temporary;

  @Test
  void shouldDeleteWhatLiesDeeperThanAPathCanBeLong() throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("folder"));
    Path kept = Files.writeString(temporary.resolve("kept"), "kept");
    for (int i = 0; i < 4; i++) {
      // From the bottom up: no path of the whole would be short enough to make it from the top.
      Path above = temporary.resolve("above");
      Path bottom = Files.createDirectories(above.resolve(("d".repeat(99) + "/").repeat(30)));
      Files.writeString(bottom.resolve("file"), "x");
      Files.createSymbolicLink(bottom.resolve("link"), kept);
      if (i > 0) {
        Files.move(folder.resolve("deep"), bottom.resolve("deep"));
      }
      Files.move(above, folder.resolve("deep"));
    }

    WatchService beside = temporary.getFileSystem().newWatchService();
    temporary.register(beside, StandardWatchEventKinds.ENTRY_CREATE);
    Folders.delete(folder);
    // Killed half-way, it must leave nothing outside of the folder, where nobody would look for it.
    assertThat(beside.poll()).isNull();
    beside.close();

    assertThat(temporary.toFile().list()).containsExactly("kept");
    assertThat(kept).hasContent("kept");
  }

  @Test
  void shouldEmptyAFolderAndTellExt4ThatWhatIsMadeInItIsUnrelated() throws Exception {
    Path scratch = temporary.resolve("scratch");
    Files.createDirectories(scratch.resolve("left/behind"));
    Folders.renew(scratch);
    assertThat(scratch).isEmptyDirectory();
    if (Files.getFileStore(scratch).type().equals("ext4")) {
      String marks = ChildProcess.run(List.of("lsattr", "-d", scratch.toString()));
      assertThat(marks.substring(0, marks.indexOf(' '))).contains("T");
    }
  }
}
