package io.slipway.demo;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Base images of the sample projects for machines that cannot reach the public ones: files of this
 * machine and of Debian's and npm's packages. Each is named {@code base/NAME} in the samples.
 */
final class SampleImages {
  private static final Instant CREATED = Instant.parse("2024-01-01T00:00:00Z");
  private static final String SEARCH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "awk",
          "basename",
          "base64",
          "chown",
          "cksum",
          "cut",
          "dd",
          "df",
          "dirname",
          "du",
          "expr",
          "find",
          "gzip",
          "hostname",
          "kill",
          "md5sum",
          "mkfifo",
          "mktemp",
          "nproc",
          "od",
          "perl",
          "printf",
          "ps",
          "readlink",
          "rmdir",
          "seq",
          "sha256sum",
          "sync",
          "stat",
          "tar",
          "tee",
          "timeout",
          "uniq",
          "xargs",
          "yes");
  private static final String PYTHON = "/usr/bin/python3";
  private static final String MODULES =
      "java.base,java.logging,java.net.http,jdk.compiler,jdk.httpserver,jdk.jartool";

  private final Path folder;
  private final Consumer<String> say;

  SampleImages(Path folder, Consumer<String> say) {
    this.folder = folder;
    this.say = say;
  }

  /** Where to put them: a login server, and who may push there. */
  record Target(String loginServer, String userName, String password) {}

  /** Makes and pushes an image. */
  @FunctionalInterface
  private interface Recipe {
    JibContainerBuilder make() throws Exception;
  }

  /** Makes and pushes those that are named; all if none is. */
  void push(Target target, List<String> names) {
    Map<String, Runnable> images = new LinkedHashMap<>();
    images.put(
        "shell",
        () ->
            push(target, "base/shell:1", "shell and small programs of this machine", this::shell));
    images.put(
        "python", () -> push(target, "base/python:3", "Python of this machine", this::python));
    images.put(
        "c", () -> push(target, "base/c:1", "gcc and C library of this machine", this::compiler));
    images.put("node", () -> pushNode(target));
    images.put(
        "jdk", () -> push(target, "base/jdk:1", "this machine's JDK, cut by jlink", this::jdk));
    for (String name : names.isEmpty() ? images.keySet() : names) {
      Runnable image = images.get(name);
      if (image == null) {
        throw new LocalException(
            "There is no base image '" + name + "'; known are " + images.keySet() + ".");
      }
      image.run();
    }
  }

  private void pushNode(Target target) {
    NodePackages packages = NodePackages.find(folder.resolveSibling("node"), say);
    push(target, "base/node:15", packages.description(), () -> node(packages));
  }

  private void push(Target target, String name, String from, Recipe recipe) {
    say.accept("Making " + target.loginServer() + "/" + name + " (" + from + ") …");
    try {
      recipe
          .make()
          .setFormat(ImageFormat.Docker)
          .setCreationTime(CREATED)
          .containerize(
              Containerizer.to(
                      RegistryImage.named(target.loginServer() + "/" + name)
                          .addCredential(target.userName(), target.password()))
                  .setBaseImageLayersCache(folder.resolve("jib-base"))
                  .setApplicationLayersCache(folder.resolve("jib")));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    } catch (Exception failed) {
      throw new LocalException(name + " cannot be created: " + failed.getMessage(), failed);
    }
  }

  private JibContainerBuilder shell() throws Exception {
    return image(tools().build()).setProgramArguments("/bin/sh");
  }

  private JibContainerBuilder python() throws Exception {
    Path library =
        Path.of(
            MachineLayer.output(
                List.of(PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))")));
    FileEntriesLayer layer =
        new MachineLayer("python", folder)
            .file(Path.of(PYTHON), PYTHON)
            .tree(library, library.toString(), SampleImages::isNeededByPython)
            .build();
    return image(tools().build(), layer).setProgramArguments("python3");
  }

  private static boolean isNeededByPython(Path file) {
    return List.of("test", "idlelib", "lib2to3", "tkinter", "turtledemo", "ensurepip").stream()
            .noneMatch(file::startsWith)
        && !file.toString().contains("__pycache__")
        && !file.toString().contains("config-");
  }

  private JibContainerBuilder compiler() throws Exception {
    MachineLayer layer = new MachineLayer("c", folder);
    Path own =
        Path.of(MachineLayer.output(List.of("gcc", "-print-libgcc-file-name"))).resolveSibling("");
    layer.tree(own, own.toString(), SampleImages::isNeededByCompiler);
    layer
        .file(Path.of("/usr/bin/gcc"), "/usr/bin/gcc")
        .file(Path.of("/usr/bin/gcc"), "/usr/bin/cc");
    // What links without "-static" needs the library that libgcc_s.so in gcc's folder points to.
    Path shared = Path.of(MachineLayer.output(List.of("gcc", "-print-file-name=libgcc_s.so.1")));
    layer.file(shared.toRealPath(), "/usr/lib/" + shared.getFileName());
    for (String program : List.of("as", "ld", "ar", "strip")) {
      layer.file(Path.of("/usr/bin", program), "/usr/bin/" + program);
    }
    String owned =
        MachineLayer.output(List.of("dpkg-query", "--listfiles", "libc6-dev", "linux-libc-dev"));
    for (String path : owned.lines().toList()) {
      boolean wanted = path.startsWith("/usr/include/") || path.startsWith("/usr/lib/");
      if (wanted && Files.isRegularFile(Path.of(path))) {
        layer.file(Path.of(path), path);
      }
    }
    return image(tools().build(), layer.build()).setProgramArguments("/bin/sh");
  }

  private static boolean isNeededByCompiler(Path file) {
    String name = file.toString();
    return name.startsWith("include/")
        || List.of("cc1", "collect2", "liblto_plugin.so").contains(name)
        || (file.getNameCount() == 1 && name.endsWith(".o"))
        || List.of("libgcc.a", "libgcc_eh.a", "libgcc_s.so").contains(name);
  }

  private JibContainerBuilder node(NodePackages packages) throws Exception {
    return image(tools().build(), NodeImage.nodeLayer(packages, folder))
        .setProgramArguments("node");
  }

  private JibContainerBuilder jdk() throws Exception {
    Path image = folder.resolve("jdk-" + Runtime.version().feature());
    if (!Files.exists(image.resolve("release"))) {
      String said =
          MachineLayer.output(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin/jlink").toString(),
                  "--add-modules",
                  MODULES,
                  "--strip-java-debug-attributes",
                  "--no-header-files",
                  "--no-man-pages",
                  "--output",
                  image.toString()));
      if (!Files.exists(image.resolve("release"))) {
        throw new IOException("jlink: " + said);
      }
    }
    FileEntriesLayer layer =
        new MachineLayer("jdk", folder).tree(image, "/opt/jdk", file -> true).build();
    return image(tools().build(), layer)
        .addEnvironmentVariable("JAVA_HOME", "/opt/jdk")
        .addEnvironmentVariable("PATH", "/opt/jdk/bin:" + SEARCH)
        .setProgramArguments("java");
  }

  /** A shell with what build scripts use. The same in all images: one layer, pushed once. */
  private MachineLayer tools() throws Exception {
    MachineLayer layer = new MachineLayer("system", folder).system().programs(TOOLS);
    String modules =
        MachineLayer.output(
            List.of("perl", "-e", "print join \"\\n\", grep { /perl-base$/ } @INC"));
    if (!modules.isBlank()) {
      layer.tree(Path.of(modules), modules, file -> true);
    }
    return layer;
  }

  private static JibContainerBuilder image(FileEntriesLayer... layers) {
    return Jib.fromScratch().setFileEntriesLayers(layers).setEnvironment(Map.of("PATH", SEARCH));
  }
}
