package io.slipway.local.command;

import io.slipway.local.Slipway;
import io.slipway.local.doctor.EngineChecks;
import io.slipway.local.doctor.Finding;
import io.slipway.local.doctor.MachineChecks;
import io.slipway.local.part.UserNamespace;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.SupervisorLock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what this machine can do. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Tries what the platform and its build engine need, and says what to do about what is"
            + " missing.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin private StateOption state;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> namespace = UserNamespace.words();
    return namespace.isEmpty() ? examine() : examineIn(namespace);
  }

  /** Agents of a user without root run in a user namespace: what works is seen from in there. */
  private int examineIn(List<String> namespace) throws IOException, InterruptedException {
    print(
        Finding.good(
            "user namespace",
            UserNamespace.hasManyIds(namespace)
                ? "agents are root in one, with the ids of /etc/subuid"
                : "agents are root in one, with one id: RUN and cmd need more (apt-get install uidmap, and a line for this user in /etc/subuid)"));
    List<String> command = new ArrayList<>(namespace);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Slipway.class.getName()));
    command.addAll(List.of("doctor", "--state", state.folder().root().toString()));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private int examine() {
    StateFolder folder = state.folder();
    PlatformSettings settings =
        PlatformSettings.load(folder)
            .orElseGet(() -> PlatformSettings.fresh(PlatformSettings.PORT_BASE));
    boolean runs = SupervisorLock.holder(folder).isPresent();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(
        MachineChecks.all(
            existing(folder.root()), runs ? null : settings.ports(), settings.agents()));
    findings.addAll(EngineChecks.all(existing(folder.root())));
    findings.forEach(DoctorCommand::print);
    return findings.stream().allMatch(finding -> finding.works() || !finding.required()) ? 0 : 1;
  }

  private static void print(Finding finding) {
    String word = finding.works() ? "works" : finding.required() ? "MISSING" : "missing";
    System.out.printf("%-8s %-28s %s%n", word, finding.subject(), finding.detail());
    if (finding.remedy() != null) {
      System.out.printf("%-8s %-28s   -> %s%n", "", "", finding.remedy());
    }
  }

  /** The nearest folder that is there. */
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
