package io.slipway.local.supervisor;

import io.slipway.local.machine.JavaCommand;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A supervisor in a process of its own, which outlives the command that started it. */
public final class DetachedSupervisor {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

  private DetachedSupervisor() {}

  /** Starts it and waits until the platform is ready, saying what it says. */
  public static void start(StateFolder state, PlatformSettings settings, Consumer<String> say) {
    state.create();
    settings.save(state);
    Path log = state.log("supervisor");
    try {
      long seen = Files.exists(log) ? Files.size(log) : 0;
      Files.deleteIfExists(Supervisor.readyFile(state));
      Process process =
          new ProcessBuilder(command(state))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      try (OnInterrupt ignored = OnInterrupt.run(() -> end(process))) {
        awaitReady(state, process, log, seen, say);
      }
    } catch (IOException failed) {
      throw new LocalException("The platform did not start: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    }
  }

  private static void awaitReady(
      StateFolder state, Process process, Path log, long from, Consumer<String> say)
      throws IOException, InterruptedException {
    long seen = from;
    while (true) {
      boolean ready = Files.exists(Supervisor.readyFile(state));
      boolean ended = !ready && process.waitFor(150, TimeUnit.MILLISECONDS);
      seen = sayNew(log, seen, say);
      if (ready) {
        return;
      }
      if (ended) {
        throw new LocalException("The platform did not start; the whole log is in " + log);
      }
    }
  }

  private static void end(Process process) {
    process.destroy();
    process.onExit().completeOnTimeout(process, STOP_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Ends the supervisor of a platform, and with it the platform; false if none is running. */
  public static boolean stop(StateFolder state, Consumer<String> say) {
    Optional<ProcessHandle> holder = SupervisorLock.holder(state);
    if (holder.isPresent()) {
      holder.get().destroy();
      awaitEnd(holder.get(), say);
    }
    OrphanedParts.await(state, say);
    return holder.isPresent();
  }

  private static void awaitEnd(ProcessHandle supervisor, Consumer<String> say) {
    try {
      supervisor.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException tooLong) {
      say.accept("It does not stop when asked; killing it.");
      supervisor.destroyForcibly();
      supervisor.onExit().join();
    } catch (ExecutionException failed) {
      throw new LocalException("The platform cannot be stopped: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> command(StateFolder state) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(JavaCommand.of(RunPlatform.class, state.root().toString()));
    return command;
  }

  private static long sayNew(Path log, long known, Consumer<String> say) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long seen = file.length() < known ? 0 : known; // it was turned over
      byte[] fresh = new byte[(int) Math.max(0, file.length() - seen)];
      file.seek(seen);
      file.readFully(fresh);
      String text = new String(fresh, StandardCharsets.UTF_8);
      int end = text.lastIndexOf('\n');
      if (end < 0) {
        return seen;
      }
      text.substring(0, end).lines().forEach(say);
      return seen + text.substring(0, end + 1).getBytes(StandardCharsets.UTF_8).length;
    }
  }
}
