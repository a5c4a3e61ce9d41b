package io.slipway.builder.process;

import io.slipway.builder.OpenFolder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** Deletes folders with all below them; never follows a link out of them. */
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
}
