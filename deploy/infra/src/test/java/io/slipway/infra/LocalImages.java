package io.slipway.infra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Images of Kafka and PostgreSQL for machines that reach no registry, made of what is here: the
 * machine's shell and tools with the libraries they need, a run time of this JDK, and the programs
 * that Maven brought. They take the settings that the images they stand for take.
 */
final class LocalImages {
  static final String KAFKA = "slipway.local/apache-kafka:test";
  static final String POSTGRES = "slipway.local/postgres:test";

  private static final Pattern LIBRARY = Pattern.compile("(/\\S+)\\s+\\(0x");
  private static final List<String> SHELL =
      List.of("bash", "sh", "env", "sleep", "cat", "id", "rm", "mkdir", "chmod", "ls");
  private static final String MODULES =
      "java.base,java.desktop,java.logging,java.management,java.naming,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.management,jdk.unsupported";

  private final DockerDaemon docker;
  private final Path folder;

  LocalImages(DockerDaemon docker, Path folder) {
    this.docker = docker;
    this.folder = folder;
  }

  /** Makes Kafka's image. */
  void kafka(Path jars) throws IOException {
    Path root = shell("kafka", List.of());
    Path java = root.resolve("opt/java");
    Files.createDirectories(root.resolve("opt"));
    run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
            "--add-modules",
            MODULES,
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            java.toString()));
    copyLibraries(root, java.resolve("bin/java"));
    copyLibraries(root, java.resolve("lib/server/libjvm.so"));
    Path libs = Files.createDirectories(root.resolve("opt/kafka/libs"));
    try (Stream<Path> all = Files.list(jars)) {
      for (Path jar : all.toList()) {
        Files.copy(jar, libs.resolve(jar.getFileName()));
      }
    }
    resource("log4j2.xml", root.resolve("opt/kafka/log4j2.xml"));
    resource("kafka-run", root.resolve("etc/kafka/docker/run"));
    importAs(root, KAFKA, List.of());
  }

  /** Makes PostgreSQL's image. */
  void postgres() throws IOException {
    Path root = shell("postgres", List.of("setpriv"));
    Path home = PostgresBinaries.unpacked(folder.resolve("programs"));
    run(List.of("cp", "-a", home.toString(), root.resolve("opt").toString()));
    run(List.of("chmod", "755", root.resolve("opt/postgres").toString()));
    for (String program : List.of("postgres", "initdb", "pg_ctl")) {
      copyLibraries(root, home.resolve("bin").resolve(program));
    }
    resource("postgres-run", root.resolve("usr/bin/postgres-run"));
    importAs(root, POSTGRES, List.of("--change", "ENTRYPOINT [\"/usr/bin/postgres-run\"]"));
  }

  /** A root file system with a shell and some tools. */
  private Path shell(String name, List<String> more) throws IOException {
    Path root = folder.resolve(name);
    for (String made : List.of("usr/bin", "usr/lib", "usr/lib64", "etc", "opt", "tmp", "root")) {
      Files.createDirectories(root.resolve(made));
    }
    for (String merged : List.of("bin", "lib", "lib64")) {
      Files.createSymbolicLink(root.resolve(merged), Path.of("usr", merged));
    }
    run(List.of("chmod", "1777", root.resolve("tmp").toString()));
    Files.writeString(
        root.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\nnogroup:x:65534:\n");
    List<String> tools = new ArrayList<>(SHELL);
    tools.addAll(more);
    for (String tool : tools) {
      Path program = Path.of("/usr/bin", tool);
      Path found = Files.exists(program) ? program : Path.of("/bin", tool);
      Files.copy(found.toRealPath(), root.resolve("usr/bin").resolve(tool));
      copyLibraries(root, found.toRealPath());
    }
    return root;
  }

  /** Copies the shared libraries of a program to where it looks for them. */
  private static void copyLibraries(Path root, Path program) throws IOException {
    TreeSet<String> paths = new TreeSet<>();
    Matcher library = LIBRARY.matcher(output(List.of("ldd", program.toString())));
    while (library.find()) {
      paths.add(library.group(1));
    }
    for (String path : paths) {
      // Those beside the program come with it.
      if (path.startsWith("/lib") || path.startsWith("/usr/lib")) {
        Path target = root.resolve(path.substring(1));
        if (!Files.exists(target)) {
          Files.createDirectories(Objects.requireNonNull(target.getParent()));
          Files.copy(Path.of(path).toRealPath(), target);
        }
      }
    }
  }

  private static void resource(String name, Path target) throws IOException {
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    try (InputStream in = LocalImages.class.getResourceAsStream("/containers/" + name)) {
      Files.copy(Objects.requireNonNull(in, name), target);
    }
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void importAs(Path root, String name, List<String> changes) throws IOException {
    Path tar = folder.resolve(root.getFileName() + ".tar");
    run(
        List.of(
            "tar", "-C", root.toString(), "--owner=0", "--group=0", "-cf", tar.toString(), "."));
    List<String> command =
        new ArrayList<>(List.of(docker.client().toString(), "--host", docker.host(), "import"));
    command.addAll(List.of("--change", "ENV PATH=/usr/bin:/bin"));
    command.addAll(changes);
    command.addAll(List.of(tar.toString(), name));
    run(command);
    Files.delete(tar);
  }

  private static void run(List<String> command) throws IOException {
    String said = output(command);
    if (said.contains("\0failed")) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  /** What a command printed; ends with a mark if it failed. */
  private static String output(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return process.waitFor() == 0 ? said : said + "\0failed";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
