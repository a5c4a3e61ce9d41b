package io.slipway.agent.step;

import io.slipway.agent.lease.RunLease;
import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.OutputSink;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An engine's run that is opened by the first step that needs it, with its networks. Steps that run
 * side by side may ask for it at the same time.
 */
final class LazyEngineRun implements EngineRun {
  private final RunLease lease;
  private final Opening opening;
  private final List<NetworkSpec> networks = new ArrayList<>();
  private volatile @Nullable EngineRun opened;
  private boolean closed;

  /** Opens the run at the engine. */
  @FunctionalInterface
  interface Opening {
    EngineRun open() throws EngineException;
  }

  LazyEngineRun(RunLease lease, Opening opening) {
    this.lease = lease;
    this.opening = opening;
  }

  /** The run, opened if it is not yet. */
  synchronized EngineRun open() throws EngineException {
    EngineRun known = opened;
    if (known != null) {
      return known;
    }
    if (lease.isUnfed()) {
      // Stopped before the kernel watched anything of the run. The fence needs a moment to see it.
      lease.end(RunLease.Ending.LOST);
      throw EngineException.platform("the agent was stopped; all of the run has ended");
    }
    EngineRun fresh = opening.open();
    // Fed before its first container: from then on the kernel watches.
    fresh.feed();
    opened = fresh;
    for (NetworkSpec network : networks) {
      fresh.createNetwork(network);
    }
    return fresh;
  }

  /** Makes the network when the run is opened; at once if it is open. */
  @Override
  public synchronized void createNetwork(NetworkSpec network) throws EngineException {
    EngineRun known = opened;
    if (known == null) {
      networks.add(network);
    } else {
      known.createNetwork(network);
    }
  }

  @Override
  public BuiltImage build(BuildRequest request, OutputSink output)
      throws EngineException, InterruptedException {
    return open().build(request, output);
  }

  @Override
  public int run(ContainerSpec container, OutputSink output)
      throws EngineException, InterruptedException {
    return open().run(container, output);
  }

  @Override
  public void stop(String name, Duration grace) throws EngineException, InterruptedException {
    open().stop(name, grace);
  }

  @Override
  public void remove(String name, boolean force) throws EngineException, InterruptedException {
    open().remove(name, force);
  }

  @Override
  public void logs(String name, OutputSink output) throws EngineException, InterruptedException {
    open().logs(name, output);
  }

  @Override
  public int waitFor(String name) throws EngineException, InterruptedException {
    return open().waitFor(name);
  }

  @Override
  public String push(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    return open().push(image, output);
  }

  @Override
  public void pull(ImageReference image, OutputSink output)
      throws EngineException, InterruptedException {
    open().pull(image, output);
  }

  @Override
  public int isolate(MachineProgram program, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    return open().isolate(program, output);
  }

  @Override
  public Optional<String> digest(ImageReference image) {
    EngineRun known = opened;
    return known == null ? Optional.empty() : known.digest(image);
  }

  @Override
  public void feed() {
    EngineRun known = opened;
    if (known != null) {
      known.feed();
    }
  }

  @Override
  public boolean isStarved() {
    EngineRun known = opened;
    return known != null && known.isStarved();
  }

  @Override
  public synchronized void close() {
    EngineRun known = opened;
    if (known != null && !closed) {
      closed = true;
      known.close();
    }
  }
}
