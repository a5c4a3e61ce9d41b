package io.slipway.bench.build;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A folder for all that the engines store. Where that is possible it is a file system of its own,
 * an ext4 with a journal in a file: each engine is wiped before it builds cold, and on an ext4
 * without a journal, as machines for CI have it, Linux looks at every file that was deleted in the
 * last minute whenever one is made. That took longer than all that the engines do.
 */
public final class StoreDisk implements AutoCloseable {
  private static final long BYTES = 12L << 30;

  private final Path folder;
  private final Path image;
  private final AtomicBoolean closed = new AtomicBoolean();

  private StoreDisk(Path folder, Path image) {
    this.folder = folder;
    this.image = image;
  }

  /**
   * Makes one; it is gone with {@link #close()} or with this JVM.
   *
   * @param say is told if it is a plain folder, and why
   */
  public static StoreDisk open(Consumer<String> say) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("slwbench");
    StoreDisk disk = new StoreDisk(folder, Path.of(folder + ".img"));
    // Ctrl-C ends the engines, but not the benchmark's method.
    Runtime.getRuntime().addShutdownHook(new Thread(disk::close));
    try {
      disk.mount();
    } catch (IOException failed) {
      say.accept(
          "the engines store on the file system of %s; if it is an ext4 without a journal, cold times say nothing (%s)"
              .formatted(folder, failed.getMessage()));
    }
    return disk;
  }

  private void mount() throws IOException, InterruptedException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES); // takes no room until it is written
    }
    String unused = Commands.run(Map.of(), List.of("mkfs.ext4", "-q", image.toString()));
    unused =
        Commands.run(Map.of(), List.of("mount", "-o", "loop", image.toString(), folder.toString()));
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** Deletes it; tries several times, since a build goes on for a moment after Ctrl-C. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    run("umount", "--lazy", folder.toString());
    for (int left = 5; Files.exists(folder) && left > 0; left--) {
      run("rm", "-rf", "--one-file-system", "--", folder.toString(), image.toString());
    }
    if (Files.exists(folder)) {
      System.err.println("left behind: " + folder);
    }
  }

  /** Whether it worked is seen by what it leaves. */
  private static void run(String... command) {
    try {
      int unused =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
    } catch (IOException failed) {
      System.err.println(failed.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
