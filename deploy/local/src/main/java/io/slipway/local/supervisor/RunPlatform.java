package io.slipway.local.supervisor;

import io.slipway.local.machine.DebianPackages;
import io.slipway.local.machine.EnginePrograms;
import io.slipway.local.part.Parts;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A platform that runs as long as this process. */
public final class RunPlatform {
  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger EVERYTHING = Logger.getLogger("");

  private RunPlatform() {}

  /**
   * Runs the platform of a state folder with the settings that are kept there; see {@link
   * DetachedSupervisor}.
   *
   * @param arguments the state folder alone
   */
  public static void main(String[] arguments) throws InterruptedException {
    EVERYTHING.setLevel(Level.WARNING);
    StateFolder state = new StateFolder(Path.of(arguments[0]));
    try {
      PlatformSettings settings =
          PlatformSettings.load(state)
              .orElseThrow(() -> new LocalException("There are no settings in " + state.root()));
      untilEnded(state, settings, RunPlatform::say);
    } catch (LocalException known) {
      System.err.println("slipway: " + known.getMessage());
      System.exit(1);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /**
   * Starts the platform and never returns: it is stopped when this process is told to end.
   *
   * @param say takes what a person should see
   * @throws LocalException if it does not start
   */
  public static void untilEnded(StateFolder state, PlatformSettings settings, Consumer<String> say)
      throws InterruptedException {
    DebianPackages.offer("The build engine", EnginePrograms.all(), say);
    Supervisor supervisor =
        new Supervisor(state, settings, () -> Parts.prepare(Project.here(), state, settings), say);
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::close, "stop"));
    supervisor.start();
    new CountDownLatch(1).await();
  }
}
