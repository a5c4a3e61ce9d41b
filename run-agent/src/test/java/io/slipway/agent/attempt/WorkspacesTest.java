package io.slipway.agent.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Steps make what they like: what is left of them must not stay, nor keep an agent from starting.
 */
class WorkspacesTest {
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
    Workspaces.remove(folder);
    // Killed half-way, it must leave nothing outside of the folder, where nobody would look for it.
    assertThat(beside.poll()).isNull();
    beside.close();

    assertThat(temporary.toFile().list()).containsExactly("kept");
    assertThat(kept).hasContent("kept");
  }

  @Test
  void shouldMakeAnEmptyFolderThatOnlyThisUserReaches() throws Exception {
    Path folder = temporary.resolve("runs/run-1");
    Workspaces.makeForSteps(folder);
    Files.writeString(folder.resolve("left"), "by a killed agent");
    Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    Workspaces.makeForSteps(folder);

    assertThat(folder).isEmptyDirectory();
    assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
    assertThat(permissions(folder.getParent())).isEqualTo("rwx------");
  }

  private static String permissions(Path folder) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }
}
