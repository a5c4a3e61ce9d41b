package io.slipway.builder.sandbox;

import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The root of a container: layers, and a folder for what it changes.
 *
 * <p>Below all layers lies a folder with the points where things get mounted, so that mounting
 * never changes the image that is being built. It is mounted {@code volatile}: without that, the
 * kernel syncs the whole file system below it at each container's end.
 */
public final class Rootfs {
  private static final List<String> FOLDERS = List.of("proc", "sys", "dev", "etc");
  private static final List<String> FILES = List.of("etc/hosts", "etc/resolv.conf", "etc/hostname");

  private final UnpackedImage image;
  private final UpperDraft upper;
  private final Path beside;

  private Rootfs(UnpackedImage image, UpperDraft upper, Path beside) {
    this.image = image;
    this.upper = upper;
    this.beside = beside;
  }

  /**
   * One over the layers of an image, with the points for the given mounts.
   *
   * @param beside an empty folder for what the container needs besides, deleted with it by others
   */
  public static Rootfs of(UnpackedImage image, UpperDraft upper, Path beside, List<Mount> mounts)
      throws IOException {
    Path skeleton = skeleton(beside);
    Files.createDirectory(skeleton);
    for (String folder : FOLDERS) {
      Files.createDirectories(skeleton.resolve(folder));
    }
    for (String file : FILES) {
      Files.createFile(skeleton.resolve(file));
    }
    for (Mount mount : mounts) {
      Path target = skeleton.resolve(mount.target().substring(1));
      Path source = mount.source();
      if (source == null || Files.isDirectory(source)) {
        Files.createDirectories(target);
      } else if (!Files.exists(target)) {
        Files.createDirectories(target.getParent());
        Files.createFile(target);
      }
    }
    return new Rootfs(image, upper, beside);
  }

  private static Path skeleton(Path beside) {
    return beside.resolve("points");
  }

  Path merged() {
    return upper.merged();
  }

  /** Folder for what a launcher needs beside it. */
  Path beside() {
    return beside;
  }

  /** Lines of a shell script that mount it. */
  String mountScript() {
    String lower = image.names().isEmpty() ? "" : image.lowerDirs() + ":";
    return "cd "
        + Tools.quote(image.links().toString())
        + "\nmount -t overlay overlay -o "
        + Tools.quote(
            "userxattr,volatile,lowerdir="
                + lower
                + skeleton(beside)
                + ",upperdir="
                + upper.upper()
                + ",workdir="
                + upper.work())
        + " "
        + Tools.quote(upper.merged().toString())
        + "\ncd /\n";
  }
}
