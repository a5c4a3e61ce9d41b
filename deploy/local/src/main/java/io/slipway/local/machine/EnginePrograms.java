package io.slipway.local.machine;

import java.util.ArrayList;
import java.util.List;

/** What RUN and {@code cmd} need of the machine: containers, a network, and a way out of it. */
public final class EnginePrograms {
  private EnginePrograms() {}

  /** All of them; none where there are no containers. */
  public static List<Program> all() {
    return of(System.getProperty("os.name"), System.getProperty("user.name"));
  }

  static List<Program> of(String system, String user) {
    if (!system.equals("Linux")) {
      return List.of();
    }
    List<Program> programs =
        new ArrayList<>(
            List.of(
                Program.of("unshare", "util-linux"),
                Program.of("ip", "iproute2"),
                Program.of("slirp4netns", "slirp4netns"),
                new Program(List.of("crun", "runc"), "crun")));
    if (!user.equals("root")) {
      // Gives a user without root the ids that the files of an image belong to.
      programs.add(Program.of("newuidmap", "uidmap"));
    }
    return List.copyOf(programs);
  }
}
