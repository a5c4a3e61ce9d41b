package io.slipway.builder.process;

import io.slipway.builder.OpenFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Empties and deletes folders with all below them; never follows a link out of them. */
public final class Folders {
  private Folders() {}

  /**
   * Deletes a folder with all below it, however deep; does nothing if it does not exist.
   *
   * @param folder in a folder that steps cannot write to
   */
  public static void delete(Path folder) throws IOException {
    try (OpenFolder above =
        OpenFolder.open(Objects.requireNonNull(folder.toAbsolutePath().getParent()))) {
      above.deleteAll(folder.getFileName().toString());
    } catch (NoSuchFileException none) {
      // Not even the folder above.
    }
  }

  /**
   * Makes an empty folder for things of different runs; what was in it is deleted. ext4 is told to
   * look for room for each elsewhere: without a journal it takes none that was freed a short time
   * ago, and would look at all that is near, one after the other, for each new file.
   *
   * @param folder in a folder that steps cannot write to
   */
  public static void renew(Path folder) throws IOException {
    delete(folder);
    Files.createDirectories(folder);
    try {
      String unused = ChildProcess.run(List.of("chattr", "+T", folder.toString()));
    } catch (IOException anotherFileSystem) {
      // It has no such trouble.
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }
}
