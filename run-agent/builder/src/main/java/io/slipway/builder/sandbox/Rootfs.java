package io.slipway.builder.sandbox;

import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** What steps have mounted without being asked. */
  private static final List<String> OF_STEPS = List.of("workspace", "acb/home");

  private final UnpackedImage image;
  private final UpperDraft upper;
  private final Path beside;
  private final Path points;

  private Rootfs(UnpackedImage image, UpperDraft upper, Path beside, Path points) {
    this.image = image;
    this.upper = upper;
    this.beside = beside;
    this.points = points;
  }

  /**
   * One over the layers of an image, with the points for the given mounts.
   *
   * @param beside an empty folder for what the container needs besides, deleted with it by others;
   *     the folder above keeps what the next containers need, too
   */
  public static Rootfs of(UnpackedImage image, UpperDraft upper, Path beside, List<Mount> mounts)
      throws IOException {
    return new Rootfs(image, upper, beside, points(beside, mounts));
  }

  /** The usual ones, of which there are few kinds, are made once: no container writes to them. */
  private static Path points(Path beside, List<Mount> mounts) throws IOException {
    Path own = beside.resolve("points");
    if (!mounts.stream().allMatch(Rootfs::isUsual)) {
      make(own, mounts);
      return own;
    }
    String kind =
        mounts.stream().map(Mount::target).distinct().sorted().collect(Collectors.joining());
    Path shared = beside.resolveSibling("points" + kind.replace('/', '-'));
    if (!Files.isDirectory(shared)) {
      make(own, mounts);
      try {
        Files.move(own, shared, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException madeMeanwhile) {
        return own;
      }
    }
    return shared;
  }

  private static boolean isUsual(Mount mount) {
    String target = mount.target().substring(1);
    Path source = mount.source();
    boolean folder = source == null || Files.isDirectory(source);
    return folder ? OF_STEPS.contains(target) : FILES.contains(target);
  }

  private static void make(Path points, List<Mount> mounts) throws IOException {
    Files.createDirectory(points);
    for (String folder : FOLDERS) {
      Files.createDirectories(points.resolve(folder));
    }
    for (String file : FILES) {
      Files.createFile(points.resolve(file));
    }
    for (Mount mount : mounts) {
      Path target = points.resolve(mount.target().substring(1));
      Path source = mount.source();
      if (source == null || Files.isDirectory(source)) {
        Files.createDirectories(target);
      } else if (!Files.exists(target)) {
        Files.createDirectories(target.getParent());
        Files.createFile(target);
      }
    }
  }

  Path merged() {
    return upper.merged();
  }

  /** Folder for what a launcher needs beside it. */
  Path beside() {
    return beside;
  }

  /** The folder in which {@link #options()} are meant. */
  Path folder() {
    return image.links();
  }

  /** The folders that are only read, the lowest first. */
  List<Path> lower() {
    return Stream.concat(Stream.of(points), image.folders().stream()).toList();
  }

  /** The folder of all that the container changes. */
  Path changes() {
    return Objects.requireNonNull(upper.upper().getParent());
  }

  /** Options of its overlay. */
  String options() {
    return options((image.names().isEmpty() ? "" : image.lowerDirs() + ":") + points, changes());
  }

  /** The same for who has {@link #lower()}, the top first, and {@link #changes()} elsewhere. */
  String options(String lower, Path changed) {
    return "userxattr,volatile,lowerdir="
        + lower
        + ",upperdir="
        + changed.resolve(changes().relativize(upper.upper()))
        + ",workdir="
        + changed.resolve(changes().relativize(upper.work()));
  }
}
