package io.slipway.demo;

import io.slipway.local.az.AzureCli;
import io.slipway.local.machine.DebianPackages;
import io.slipway.local.machine.Program;
import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import java.io.PrintStream;
import java.util.List;

/** Gets a registry ready for the sample projects: their base images. */
public final class Samples {
  private static final List<Program> PROGRAMS =
      List.of(
          Program.of("gcc", "gcc libc6-dev"),
          Program.of("/usr/bin/python3", "python3"),
          Program.of("perl", "perl-base"));

  private final Project project;
  private final StateFolder state;
  private final PrintStream out;

  public Samples(Project project, StateFolder state, PrintStream out) {
    this.project = project;
    this.state = state;
    this.out = out;
  }

  /**
   * Makes base images in a registry of a running platform.
   *
   * @param images names of those that are wanted; empty for all
   */
  public void prepare(PlatformSettings settings, String registry, List<String> images) {
    DebianPackages.require("The demo", PROGRAMS, out::println);
    String loginServer =
        new ShownAz(new AzureCli(project, state, settings), out)
            .quietValue("acr", "show", "--name", registry, "--query", "loginServer");
    out.println(
        "The samples' base images are made of files of this machine, because the public ones may be"
            + " out of reach; to use those, import them over these names (az acr import --force).");
    TrustedAuthority.install(state.tls().resolve("ca.pem"), state.demo());
    String password =
        PrivateFiles.read(state.secrets().resolve(ServiceConfigs.ADMINISTRATOR + ".secret"))
            .strip();
    new SampleImages(state.demo().resolve("samples"), out::println)
        .push(new SampleImages.Target(loginServer, ServiceConfigs.ADMINISTRATOR, password), images);
    out.println("Ready. Each sample's README says how to run it.");
  }
}
