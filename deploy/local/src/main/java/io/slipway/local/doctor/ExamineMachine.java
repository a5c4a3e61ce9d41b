package io.slipway.local.doctor;

import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.SupervisorLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Examines this machine for one platform and prints what was found. */
public final class ExamineMachine {
  private ExamineMachine() {}

  /**
   * Examines it, in a process of its own: what a user without root may do is seen from within a
   * user namespace. The exit code is 1 if something is missing that is required.
   *
   * @param arguments the state folder alone
   */
  public static void main(String[] arguments) {
    System.exit(examine(new StateFolder(Path.of(arguments[0]))) ? 0 : 1);
  }

  /** Says whether all that is required works. */
  public static boolean examine(StateFolder folder) {
    PlatformSettings settings =
        PlatformSettings.load(folder)
            .orElseGet(() -> PlatformSettings.fresh(PlatformSettings.PORT_BASE));
    boolean runs = SupervisorLock.holder(folder).isPresent();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(
        MachineChecks.all(
            existing(folder.root()), runs ? null : settings.ports(), settings.agents()));
    findings.addAll(EngineChecks.all(existing(folder.root())));
    findings.forEach(ExamineMachine::print);
    return findings.stream().allMatch(finding -> finding.works() || !finding.required());
  }

  /** Prints one finding, and its remedy if it has one. */
  public static void print(Finding finding) {
    String word = finding.works() ? "works" : finding.required() ? "MISSING" : "missing";
    System.out.printf("%-8s %-28s %s%n", word, finding.subject(), finding.detail());
    if (finding.remedy() != null) {
      System.out.printf("%-8s %-28s   -> %s%n", "", "", finding.remedy());
    }
  }

  /** The folder itself, or its nearest parent that exists. */
  private static Path existing(Path folder) {
    Path nearest = folder;
    while (!Files.isDirectory(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    return nearest.equals(folder)
        ? folder
        : nearest.equals(Path.of("/")) ? Project.here().root() : nearest;
  }
}
