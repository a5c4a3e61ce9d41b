package io.slipway.builder;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Executes the steps of runs. One per agent, used by many runs at the same time.
 *
 * <p>Two of them are real: {@code builtin} needs Linux with namespaces and nothing else; {@code
 * docker} drives the command line of Docker or Podman.
 */
public interface ContainerEngine extends AutoCloseable {

  /** Name as in the agent's configuration: {@code builtin} or {@code docker}. */
  String name();

  /** What this machine can do, each found by doing it. Takes up to a few seconds. */
  List<Probe> probes();

  /** Processors of its machine, which may be asked for each run; the machine is asked once. */
  MachineProcessors processors() throws InterruptedException;

  /**
   * Opens what one attempt of a run needs: its image names, networks and containers, seen by no
   * other run. {@link EngineRun#close()} leaves nothing of it behind.
   */
  EngineRun openRun(RunEnvironment space) throws EngineException;

  /** Ends everything that still runs. */
  @Override
  void close();

  /**
   * Processors of the machine on which an engine starts containers.
   *
   * @param number how many there are
   * @param limited whether a container can be kept to some of them
   */
  record MachineProcessors(int number, boolean limited) {}

  /**
   * One thing that was tried on this machine.
   *
   * @param subject what was tried, for example {@code overlayfs} or {@code launcher runc}
   * @param works whether it did what it should
   * @param required whether the engine cannot build a Dockerfile with RUN without it
   * @param detail what was seen: a version, or the error
   * @param remedy what a person can do about it, or null if it works
   */
  record Probe(
      String subject, boolean works, boolean required, String detail, @Nullable String remedy) {
    /** Something that works. */
    public static Probe works(String subject, String detail) {
      return new Probe(subject, true, false, detail, null);
    }

    /** Something that does not work, and that RUN does not need. */
    public static Probe missing(String subject, String detail, String remedy) {
      return new Probe(subject, false, false, detail, remedy);
    }
  }
}
