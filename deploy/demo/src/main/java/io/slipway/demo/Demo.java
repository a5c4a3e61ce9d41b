package io.slipway.demo;

import io.slipway.local.az.AzureCli;
import io.slipway.local.machine.DebianPackages;
import io.slipway.local.machine.EnginePrograms;
import io.slipway.local.machine.Program;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.DetachedSupervisor;
import io.slipway.local.supervisor.OnInterrupt;
import io.slipway.local.supervisor.Supervisor;
import io.slipway.local.supervisor.SupervisorLock;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a platform where none is running, and plays the article on it. */
public final class Demo {
  private final Project project;
  private final StateFolder state;
  private final PrintStream out;

  public Demo(Project project, StateFolder state, PrintStream out) {
    this.project = project;
    this.state = state;
    this.out = out;
  }

  /** Plays it; the platform keeps running afterwards. */
  public void play(PlatformSettings wanted) {
    DebianPackages.require("The demo", programs(), out::println);
    if (PlatformSettings.load(state).isEmpty()) {
      OpenLoopback.write(state.settings(), wanted.ports());
    }
    PlatformSettings settings = withHosts(wanted);
    if (ensureRunning(settings)) {
      try (OnInterrupt ignored = OnInterrupt.run(this::stop)) {
        playOn(settings);
      }
    } else {
      playOn(settings);
    }
    sayHowToGoOn(settings);
  }

  private static List<Program> programs() {
    List<Program> programs =
        new ArrayList<>(
            List.of(
                Program.of("az", "azure-cli"),
                Program.of("git", "git"),
                Program.of("curl", "curl")));
    programs.addAll(EnginePrograms.all());
    return programs;
  }

  private void playOn(PlatformSettings settings) {
    if (settings.standIns()) {
      fillUpstream(settings);
    }
    ShownAz az = new ShownAz(new AzureCli(project, state, settings), out);
    new Article(az, state.demo(), repository(settings)).run();
  }

  private void stop() {
    out.println("Interrupted: stopping the platform that this demo started.");
    DetachedSupervisor.stop(state, out::println);
  }

  private PlatformSettings withHosts(PlatformSettings wanted) {
    if (wanted.standIns() || !PublicHosts.reachable()) {
      out.println(
          "The public registry and git host cannot be reached: stand-ins on loopback take their"
              + " place (an upstream registry with library/node:15-alpine, and the sample"
              + " application in git).");
      SampleRepository.ensure(project.sample(), state.demo().resolve("git"));
      return wanted.withStandIns(true);
    }
    return wanted;
  }

  /** Says whether it was started for this demo. */
  private boolean ensureRunning(PlatformSettings settings) {
    if (SupervisorLock.holder(state).isPresent()) {
      boolean asWanted = PlatformSettings.load(state).filter(settings::equals).isPresent();
      if (asWanted && Files.exists(Supervisor.readyFile(state))) {
        out.println("The platform in " + state.root() + " is already running.");
        return false;
      }
      out.println("The platform is running with other settings; restarting it.");
      DetachedSupervisor.stop(state, out::println);
    }
    DetachedSupervisor.start(state, settings, out::println);
    return true;
  }

  private void fillUpstream(PlatformSettings settings) {
    Path done = state.demo().resolve("upstream-filled");
    if (Files.exists(done)) {
      return;
    }
    Path folder = state.demo().resolve("node");
    NodePackages packages = NodePackages.find(folder, out::println);
    out.println(
        "Making " + NodeImage.NAME + " for the stand-in, with " + packages.description() + " …");
    TrustedAuthority.install(state.tls().resolve("ca.pem"), state.demo());
    new NodeImage(folder).push(packages, "127.0.0.1:" + settings.ports().upstream());
    PrivateFiles.write(done, packages.description() + "\n");
  }

  private static String repository(PlatformSettings settings) {
    return settings.standIns()
        ? "http://127.0.0.1:" + settings.ports().git() + "/" + SampleRepository.NAME
        : PublicHosts.REPOSITORY;
  }

  private void sayHowToGoOn(PlatformSettings settings) {
    String option =
        state.root().equals(project.root().resolve(".slipway")) ? "" : " --state " + state.root();
    out.println();
    out.println("### The platform keeps running");
    for (String line :
        List.of(
            "Front door (ARM, log-in, Graph): " + settings.ports().publicUrl(),
            "Its certification authority:     " + state.tls().resolve("ca.pem"),
            "Try:    ./slipway az" + option + " acr task list --registry myregistry --output table",
            "        ./slipway status" + option,
            "        ./slipway logs" + option + " task-api",
            "Open to contexts and registries: what " + state.settings().folder() + " says",
            "Stop:   ./slipway down" + option)) {
      out.println(line);
    }
  }
}
