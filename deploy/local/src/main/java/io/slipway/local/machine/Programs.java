package io.slipway.local.machine;

import java.nio.file.Files;
import java.nio.file.Path;

/** Looks for programs on this machine. */
public final class Programs {
  /** Where agents look as well; an ordinary user's path mostly leaves these out. */
  private static final String OF_THE_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin";

  private Programs() {}

  /** Whether a program can be started by its name. */
  public static boolean onPath(String program) {
    return isIn(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"), program);
  }

  /** Whether a program is installed, be it in a folder of the system or at an absolute path. */
  public static boolean isInstalled(String program) {
    return program.startsWith("/")
        ? Files.isExecutable(Path.of(program))
        : onPath(program) || isIn(OF_THE_SYSTEM, program);
  }

  private static boolean isIn(String path, String program) {
    for (String folder : path.split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
