package io.slipway.builder;

import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The engine, as one attempt of a run sees it. Methods block; interrupting the thread ends what it
 * started, with everything below it, within seconds. Steps of a run may call it at the same time.
 */
public interface EngineRun extends AutoCloseable {

  /** Makes a network on which the run's containers reach one another by name. */
  void createNetwork(NetworkSpec network) throws EngineException;

  /**
   * Builds an image and gives it its tags within the run. Output: Docker's classic words, {@code
   * Step 1/6 : FROM …}, {@code Successfully built …}, {@code Successfully tagged …}.
   */
  BuiltImage build(BuildRequest request, OutputSink output)
      throws EngineException, InterruptedException;

  /**
   * Runs a container to its end, or until it has started if it is detached. The image is found
   * among the images of the run, else pulled.
   *
   * @return exit code of the container's process; 0 for a detached one that has started
   */
  int run(ContainerSpec container, OutputSink output) throws EngineException, InterruptedException;

  /**
   * Ends a container of this run: by its image's stop signal, and after the grace by force. Does
   * nothing if it is over.
   *
   * @param name {@link ContainerSpec#name()}
   * @throws EngineException with cause {@code USER} if the run never had one of that name
   */
  void stop(String name, Duration grace) throws EngineException, InterruptedException;

  /**
   * Takes a container of this run away, with what it wrote and printed.
   *
   * @param force whether to end it if it still runs, else that is an error
   * @throws EngineException with cause {@code USER} if there is none of that name, or it runs
   */
  void remove(String name, boolean force) throws EngineException, InterruptedException;

  /**
   * Gives what a container of this run has printed so far, as {@code docker logs} does; the last
   * MiB of it at most.
   *
   * @throws EngineException with cause {@code USER} if there is none of that name
   */
  void logs(String name, OutputSink output) throws EngineException, InterruptedException;

  /**
   * Waits for the end of a container of this run. An interrupt ends the waiting, not the container.
   *
   * @return its exit code
   * @throws EngineException with cause {@code USER} if there is none of that name
   */
  int waitFor(String name) throws EngineException, InterruptedException;

  /**
   * Pushes an image of this run to its registry; Docker's words as output.
   *
   * @return digest of the manifest that the registry now has under the name
   */
  String push(ImageReference image, OutputSink output) throws EngineException, InterruptedException;

  /** Pulls an image for later steps, even if the run has one of that name. */
  void pull(ImageReference image, OutputSink output) throws EngineException, InterruptedException;

  /**
   * Runs a program of the agent's machine to its end. The built-in engine does so in a container
   * that sees the machine's programs, the program's folder and its files, and nothing else of the
   * agent; it takes part in the run's limits. Other engines run it with the agent's own rights.
   *
   * @param output takes what it prints, errors too
   * @return exit code
   * @throws IOException from {@link MachineProgram#watch()}, or if it could not be started
   */
  int isolate(MachineProgram program, OutputSink output)
      throws EngineException, IOException, InterruptedException;

  /**
   * Digest of the manifest under a name: of what this run pulled or pushed under it, so that one
   * run sees one truth; empty if it did neither.
   */
  Optional<String> digest(ImageReference image);

  /**
   * Lets the run's containers live for another 7 s. From the first call on everything of the run
   * ends by itself once the calls stop, even if this whole process is stopped: whoever executes
   * steps under a lease calls it before the first step and then each second, as long as the lease
   * lets the steps go on. Returns at once.
   */
  void feed();

  /**
   * Whether containers of the run were ended because {@link #feed()} was not called. What a step
   * then reports, an exit code or an error, says nothing about the task.
   */
  boolean isStarved();

  /** Ends the run's containers and deletes its networks, names and scratch files. */
  @Override
  void close();

  /**
   * A network of a run.
   *
   * @param name name, unique within the run
   * @param driver {@code bridge}
   * @param ipv6 whether it has IPv6 addresses too
   */
  record NetworkSpec(String name, String driver, boolean ipv6) {}
}
