package io.slipway.bench.build;

import io.slipway.builder.BuildRequest;
import io.slipway.builder.Builder;
import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.RegistryConnections;
import io.slipway.builder.RegistryOptions;
import io.slipway.builder.RunEnvironment;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Slipway's own engine within this process, as in an agent that has been up for a while. */
public final class BuiltinContestant implements Contestant {
  private final Path folder;
  private final RegistryConnections connections;
  private ContainerEngine engine;
  private int runs;

  /** Over a folder of its own, with a registry without TLS. */
  public BuiltinContestant(Path folder, String registry) throws IOException {
    this.folder = folder;
    this.connections = Builder.load().connect(RegistryOptions.plain(registry));
    this.engine = open();
  }

  private ContainerEngine open() throws IOException {
    ContainerEngine opened =
        Builder.load().open(BuiltinOptions.in(folder.resolve("engine")), InstantSource.system());
    // An agent tries the machine out when it starts, not at its first run.
    opened.probes();
    return opened;
  }

  @Override
  public String name() {
    return "builtin";
  }

  @Override
  public void wipe() throws IOException, InterruptedException {
    engine.close();
    Commands.run(Map.of(), List.of("rm", "-rf", folder.resolve("engine").toString()));
    engine = open();
  }

  @Override
  public void buildAndPush(Work work, String target) throws IOException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ImageReference name = ImageReference.of(target);
    Path workspace = Files.createDirectories(folder.resolve("workspace"));
    RunEnvironment space =
        new RunEnvironment(
            "bench-" + ++runs,
            () -> workspace,
            connections.access(CredentialSource.none()),
            "bench",
            "bench");
    try (EngineRun run = engine.openRun(space)) {
      BuildRequest request =
          BuildRequest.of(
              BuildCommand.of(List.of("--build-arg", "REGISTRY_NAME=" + work.registry(), ".")),
              work.context(),
              work.dockerfile(),
              List.of(name));
      run.build(request, printed::write);
      run.push(name, printed::write);
    } catch (EngineException | Refusal failed) {
      throw new IOException(printed.toString(StandardCharsets.UTF_8) + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() throws IOException {
    engine.close();
    connections.close();
  }
}
