package io.slipway.agent.step;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.BuiltImage;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.OutputSink;
import io.slipway.builder.RunEnvironment;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Executes nothing, for benchmarks of all that is around a step: each container and build is a
 * success after a fixed time, and nothing is pulled or pushed.
 */
final class NothingEngine implements ContainerEngine {
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  private final Duration stepTime;

  /**
   * An engine without a machine.
   *
   * @param stepTime what a container or a build takes
   */
  NothingEngine(Duration stepTime) {
    this.stepTime = stepTime;
  }

  @Override
  public String name() {
    return "nothing";
  }

  @Override
  public List<Probe> probes() {
    return List.of();
  }

  @Override
  public MachineProcessors processors() {
    return new MachineProcessors(Runtime.getRuntime().availableProcessors(), true);
  }

  @Override
  public EngineRun openRun(RunEnvironment space) {
    return new NothingRun();
  }

  @Override
  public void close() {}

  private final class NothingRun implements EngineRun {
    @Override
    public void createNetwork(NetworkSpec network) {}

    @Override
    public BuiltImage build(BuildRequest request, OutputSink output) throws InterruptedException {
      Thread.sleep(stepTime);
      return new BuiltImage(DIGEST, 0, null, List.of());
    }

    @Override
    public int run(ContainerSpec container, OutputSink output) throws InterruptedException {
      if (!stepTime.isZero()) {
        Thread.sleep(stepTime);
      }
      return 0;
    }

    @Override
    public void stop(String name, Duration grace) throws EngineException {
      throw unsupported();
    }

    @Override
    public void remove(String name, boolean force) throws EngineException {
      throw unsupported();
    }

    @Override
    public void logs(String name, OutputSink output) throws EngineException {
      throw unsupported();
    }

    @Override
    public int waitFor(String name) throws EngineException {
      throw unsupported();
    }

    @Override
    public String push(ImageReference image, OutputSink output) {
      return DIGEST;
    }

    @Override
    public void pull(ImageReference image, OutputSink output) {}

    @Override
    public int isolate(MachineProgram program, OutputSink output)
        throws IOException, InterruptedException {
      return program.runPlainly(output);
    }

    @Override
    public Optional<String> digest(ImageReference image) {
      return Optional.empty();
    }

    @Override
    public void feed() {}

    @Override
    public boolean isStarved() {
      return false;
    }

    @Override
    public void close() {}

    private static EngineException unsupported() {
      return EngineException.unsupported("the executor 'nothing' has no containers");
    }
  }
}
