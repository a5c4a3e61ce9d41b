package io.slipway.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * The classes of a program as its JVM has loaded, checked and linked them, in a file that later
 * JVMs map instead of doing that again: more than half of what their start costs (CDS of the JDK).
 * A start without an archive records what it loads, and {@link #make} makes one of that.
 *
 * <p>Whoever may write an archive decides what the program does. So it lies beside the jars, and
 * one that others could have written is not used. Its name holds what it was made for, and the JVM
 * looks at its jars once more: one that does not fit is passed over.
 *
 * @param file the archive, there or not
 * @param options options of the JVM that bear on it
 * @param classPath jars, in order; those that a JVM has besides must come after them
 */
public record ClassArchive(Path file, List<String> options, String classPath) {
  private static final int LINKING = 24;

  /** Exit codes of a shell whose program ended by SIGABRT, SIGBUS or SIGSEGV. */
  private static final Set<Integer> CRASHES = Set.of(134, 135, 139);

  /**
   * Of a program whose jars are all below one folder.
   *
   * @param folder where the archive lies
   * @param options options of its JVM
   * @param classPath its jars as the JVM is told them
   * @param jars the folder that holds them all
   */
  public static ClassArchive of(Path folder, List<String> options, String classPath, Path jars) {
    String jvm = System.getProperty("java.vm.vendor") + ' ' + System.getProperty("java.vm.version");
    String key = key(jvm, options, classPath, jars);
    return new ClassArchive(folder.resolve("classes-" + key + ".jsa"), options, classPath);
  }

  /** Names all that an archive depends on. */
  static String key(String jvm, List<String> options, String classPath, Path jars) {
    try (Stream<Path> files = Files.walk(jars)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> all = new ArrayList<>(List.of(jvm, String.join(" ", options), classPath));
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        FileTime changed = Files.getLastModifiedTime(jar);
        all.add(jar + " " + Files.size(jar) + " " + changed.toMillis());
      }
      digest.update(String.join("\n", all).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Whether there is one that a JVM may use. */
  public boolean isThere() {
    try {
      PosixFileAttributes archive = Files.readAttributes(file, PosixFileAttributes.class);
      return archive.isRegularFile()
          && !others(archive.permissions())
          && (archive.owner().equals(Files.getOwner(folder()))
              || archive.owner().getName().equals(System.getProperty("user.name")));
    } catch (IOException none) {
      return false;
    }
  }

  private static boolean others(Collection<PosixFilePermission> may) {
    return may.contains(PosixFilePermission.GROUP_WRITE)
        || may.contains(PosixFilePermission.OTHERS_WRITE);
  }

  private Path folder() throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IOException(file + " has no folder");
    }
    return folder;
  }

  /**
   * What a JVM is told: to use the archive if there is one, else to record what it loads.
   *
   * @param recorded file for that, which {@link #make} takes
   */
  public List<String> jvmOptions(Path recorded) {
    List<String> all = new ArrayList<>(options);
    if (isThere()) {
      all.addAll(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + file));
      // An archive that does not fit costs time alone; nobody need read that at every start.
      all.add("-Xlog:cds*=off");
      if (Runtime.version().feature() >= LINKING) {
        all.add("-Xlog:aot*=off");
      }
    } else {
      all.add("-XX:DumpLoadedClassList=" + recorded);
    }
    return all;
  }

  /**
   * Deletes the archive if a JVM that used it has crashed: a damaged one does that.
   *
   * @param ended the process, which has ended
   * @return whether it is worth trying without
   */
  public boolean dropAfterCrash(ChildProcess ended) {
    try {
      return CRASHES.contains(ended.onExit().join()) && Files.deleteIfExists(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Makes it of what a JVM has recorded, which may go on recording; does nothing if there is one or
   * nothing is recorded. Takes ten seconds of a processor, at the lowest priority.
   *
   * @param name for messages
   * @param recorded what was recorded, which is deleted
   * @param log file of the output
   * @throws IOException if it cannot be made; the next start records anew
   */
  public void make(String name, Path recorded, Path log) throws IOException {
    if (isThere()) {
      Files.deleteIfExists(recorded);
    }
    if (!Files.exists(recorded)) {
      return;
    }
    Path list = wholeLines(recorded);
    Path scratch = Files.createTempFile(folder(), ".classes", ".jsa"); // 0600
    try {
      ChildProcess dump =
          ChildProcess.start(
              name + ": class archive", command(list, scratch), Map.of(), folder(), log);
      try (dump) {
        int code = dump.onExit().get();
        if (code != 0) {
          throw new IOException("Java ended with code " + code + ", see " + log);
        }
      }
      // Who may read the jars may read it: it holds nothing of a platform.
      Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    } finally {
      Files.deleteIfExists(scratch);
      Files.deleteIfExists(list);
      Files.deleteIfExists(recorded);
    }
  }

  private List<String> command(Path list, Path archive) {
    List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + list,
            "-XX:SharedArchiveFile=" + archive,
            "-cp",
            classPath));
    if (Runtime.version().feature() >= LINKING) {
      command.add("-XX:+AOTClassLinking");
    }
    return command;
  }

  /** A JVM that runs has written its last line in part only. */
  private static Path wholeLines(Path recorded) throws IOException {
    String text = Files.readString(recorded, StandardCharsets.ISO_8859_1);
    Path list = recorded.resolveSibling(recorded.getFileName() + ".list");
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    return Files.writeString(list, whole, StandardCharsets.ISO_8859_1);
  }
}
