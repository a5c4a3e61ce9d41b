package io.slipway.builder.sandbox;

import io.slipway.builder.process.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers by bubblewrap. Its arguments go by a file, since they hold the container's environment
 * and arguments can be read by everybody on the machine.
 */
final class BwrapLauncher implements Containers.Launcher {
  private final HostTools tools;
  private final Path program;

  BwrapLauncher(HostTools tools, Path program) {
    this.tools = tools;
    this.program = program;
  }

  @Override
  public String name() {
    return "bwrap";
  }

  @Override
  public int processNamespaces() {
    return 1;
  }

  @Override
  public boolean hasLimits() {
    return false;
  }

  @Override
  public String script(Rootfs rootfs, ContainerProcess process) throws IOException {
    Path file = rootfs.beside().resolve("bwrap.args");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    StringBuilder arguments = new StringBuilder();
    arguments(rootfs, process).forEach(word -> arguments.append(word).append('\0'));
    Files.write(file, arguments.toString().getBytes(StandardCharsets.UTF_8));
    List<String> command = new ArrayList<>(tools.setpriv(process));
    command.addAll(process.command());
    return String.join("\n", Ulimit.lines(process.limits()))
        + "\nhostname %s%nexec %s --args 3 -- %s 3<%s%n"
            .formatted(
                Tools.quote(process.hostName()),
                program,
                Tools.quote(command),
                Tools.quote(file.toString()));
  }

  private List<String> arguments(Rootfs rootfs, ContainerProcess process) {
    List<String> words = new ArrayList<>();
    // bubblewrap stays as the parent of what it starts, so a container's first process needs
    // a namespace of its own to be the first.
    words.addAll(List.of("--unshare-pid", "--as-pid-1"));
    words.addAll(List.of("--bind", rootfs.merged().toString(), "/"));
    words.addAll(List.of("--proc", "/proc"));
    if (process.privileged()) {
      words.addAll(List.of("--dev-bind", "/dev", "/dev"));
    } else {
      words.addAll(List.of("--dev", "/dev"));
      long shm = OciConfig.shm(process.limits());
      words.addAll(
          List.of("--perms", "1777", "--size", String.valueOf(shm), "--tmpfs", "/dev/shm"));
    }
    words.addAll(List.of("--ro-bind", "/sys", "/sys"));
    for (ContainerProcess.Mount mount : process.mounts()) {
      Path source = mount.source();
      if (source == null) {
        words.addAll(size(mount.options()));
        words.addAll(List.of("--tmpfs", mount.target()));
      } else {
        words.addAll(
            List.of(mount.readOnly() ? "--ro-bind" : "--bind", source.toString(), mount.target()));
      }
    }
    words.addAll(List.of("--ro-bind", tools.folder().toString(), "/" + Rootfs.HOST_TOOLS));
    if (!process.privileged()) {
      for (String masked : OciConfig.MASKED) {
        Path here = Path.of(masked);
        if (Files.isDirectory(here)) {
          words.addAll(List.of("--tmpfs", masked, "--remount-ro", masked));
        } else if (Files.exists(here)) {
          words.addAll(List.of("--ro-bind", "/dev/null", masked));
        }
      }
      for (String path : OciConfig.READ_ONLY) {
        if (Files.exists(Path.of(path))) {
          words.addAll(List.of("--ro-bind", path, path));
        }
      }
    }
    words.addAll(List.of("--chdir", process.workingDirectory(), "--clearenv"));
    process.env().forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    return words;
  }

  /** bubblewrap takes bytes where mount takes {@code size=64m}. */
  private static List<String> size(List<String> options) {
    for (String option : options) {
      if (option.matches("size=\\d+[kmg]?")) {
        String number = option.substring("size=".length());
        int shift =
            switch (number.charAt(number.length() - 1)) {
              case 'k' -> 10;
              case 'm' -> 20;
              case 'g' -> 30;
              default -> 0;
            };
        long bytes = Long.parseLong(number.replaceAll("[kmg]", "")) << shift;
        return List.of("--size", String.valueOf(bytes));
      }
    }
    return List.of();
  }
}
