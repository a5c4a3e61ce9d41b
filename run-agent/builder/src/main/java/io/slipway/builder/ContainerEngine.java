package io.slipway.builder;

import java.util.List;

/**
 * Executes the steps of runs. One per agent, used by many runs at the same time.
 *
 * <p>Two of them are real: {@code builtin} needs Linux with namespaces and nothing else; {@code
 * docker} drives the command line of Docker or Podman.
 */
public interface ContainerEngine extends AutoCloseable {

  /** Name as in the agent's configuration: {@code builtin} or {@code docker}. */
  String name();

  /** What this machine can do, each found by really doing it. Takes up to a few seconds. */
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
}
