package io.slipway.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of a program of one class, and real JVMs that start it. */
class ClassArchiveTest {
  private static final List<String> OPTIONS = List.of("-Xmx32m", "-XX:+UseSerialGC");

  @TempDir Path folder;
  private Path jar;

  /** What is started. */
  static final class Program {
    private Program() {}

    /** Says hello. */
    public static void main(String[] arguments) {
      System.out.println("hello");
    }
  }

  @BeforeEach
  void makeTheProgram() throws IOException {
    jar = folder.resolve("program.jar");
    String entry = Program.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream code = Program.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      code.transferTo(out);
    }
  }

  @Test
  void shouldStartAProgramFromWhatAnEarlierStartRecorded() throws IOException {
    ClassArchive archive = made();

    assertThat(folder.resolve("recorded")).doesNotExist();
    assertThat(run(archive, List.of("-Xlog:class+load")))
        .contains(Program.class.getName() + " source: shared objects file")
        .contains("hello");
    assertThat(run(archive, List.of())).isEqualTo("hello\n");
  }

  @Test
  void shouldStartWithoutAnArchiveThatDoesNotFitOrIsDamaged() throws IOException {
    ClassArchive archive = made();
    byte[] whole = Files.readAllBytes(archive.file());

    Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
    assertThat(run(archive, List.of())).as("of another jar").isEqualTo("hello\n");

    for (int length : List.of(0, 100, whole.length / 2)) {
      byte[] cut = new byte[length];
      System.arraycopy(whole, 0, cut, 0, length);
      Files.write(archive.file(), cut);
      assertThat(run(archive, List.of())).as("%d bytes of it", length).isEqualTo("hello\n");
    }
    Files.write(archive.file(), "no archive at all, but a text".repeat(1000).getBytes("UTF-8"));
    assertThat(run(archive, List.of())).as("a text").isEqualTo("hello\n");
  }

  @Test
  void shouldBeAnotherOneForAnotherJvmOptionOrJar() throws IOException {
    String path = jar.toString();
    String key = ClassArchive.key("JVM 25+1", OPTIONS, path, folder);

    assertThat(ClassArchive.key("JVM 25+1", OPTIONS, path, folder)).isEqualTo(key);
    assertThat(ClassArchive.key("JVM 25+2", OPTIONS, path, folder)).isNotEqualTo(key);
    assertThat(ClassArchive.key("JVM 25+1", List.of("-Xmx32m"), path, folder)).isNotEqualTo(key);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
    assertThat(ClassArchive.key("JVM 25+1", OPTIONS, path, folder)).isNotEqualTo(key);
  }

  @Test
  void shouldUseNoneThatOthersMayWrite() throws IOException {
    ClassArchive archive = archive();
    Files.writeString(archive.file(), "");
    Path recorded = folder.resolve("recorded");

    for (String others : List.of("rw-rw-r--", "rw-r--rw-")) {
      Files.setPosixFilePermissions(archive.file(), PosixFilePermissions.fromString(others));
      assertThat(archive.jvmOptions(recorded))
          .as(others)
          .noneMatch(option -> option.contains(archive.file().toString()));
    }
    Files.setPosixFilePermissions(archive.file(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(archive.jvmOptions(recorded)).contains("-XX:SharedArchiveFile=" + archive.file());
  }

  @Test
  void shouldBeDroppedWhenTheJvmCrashedWithIt() throws IOException {
    ClassArchive archive = archive();
    Files.writeString(archive.file(), "");

    assertThat(archive.dropAfterCrash(shell("exit 1"))).isFalse();
    assertThat(archive.dropAfterCrash(shell("kill -KILL $$"))).isFalse();
    assertThat(archive.file()).exists();
    assertThat(archive.dropAfterCrash(shell("kill -SEGV $$"))).isTrue();
    assertThat(archive.file()).doesNotExist();
    assertThat(archive.dropAfterCrash(shell("kill -SEGV $$"))).isFalse();
  }

  private ClassArchive archive() {
    return ClassArchive.of(folder, OPTIONS, jar.toString(), folder);
  }

  private ClassArchive made() throws IOException {
    ClassArchive archive = archive();
    assertThat(run(archive, List.of())).isEqualTo("hello\n");
    archive.make("program", folder.resolve("recorded"), folder.resolve("make.log"));
    assertThat(archive.isThere()).isTrue();
    return archive;
  }

  /** As parts of a platform are started: once more, without the archive, if the JVM crashed. */
  private String run(ClassArchive archive, List<String> more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(archive.jvmOptions(folder.resolve("recorded")));
    command.addAll(more);
    command.addAll(List.of("-cp", jar.toString(), Program.class.getName()));
    Path log = folder.resolve("out.log");
    try {
      Files.deleteIfExists(log);
      ChildProcess process = ChildProcess.start("program", command, Map.of(), folder, log);
      if (archive.dropAfterCrash(process)) {
        return run(archive, more);
      }
      return Files.readString(log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private ChildProcess shell(String text) throws IOException {
    List<String> command = List.of("/bin/sh", "-c", text);
    return ChildProcess.start("shell", command, Map.of(), folder, folder.resolve("shell.log"));
  }
}
