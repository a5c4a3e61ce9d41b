package io.slipway.builder.provider;

import io.slipway.builder.BaseImages;
import io.slipway.builder.Builder;
import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerEngine.Probe;
import io.slipway.builder.DockerOptions;
import io.slipway.builder.EngineException;
import io.slipway.builder.RegistryConnections;
import io.slipway.builder.RegistryOptions;
import io.slipway.builder.builtin.BuiltinEngine;
import io.slipway.builder.docker.DockerEngine;
import io.slipway.builder.dockerfile.DockerfileException;
import io.slipway.builder.dockerfile.DockerfileParser;
import io.slipway.builder.dockerfile.FindBaseImages;
import io.slipway.builder.dockerfile.VariableExpander;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.taskfile.build.NamedContexts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts the module together; found by {@link java.util.ServiceLoader}. */
public final class StandardBuilder implements Builder {
  @Override
  public ContainerEngine open(BuiltinOptions options, InstantSource clock) throws IOException {
    return BuiltinEngine.open(options, clock);
  }

  @Override
  public ContainerEngine open(DockerOptions options, Optional<ContainerEngine> isolation)
      throws IOException, InterruptedException {
    return DockerEngine.open(options, isolation);
  }

  @Override
  public List<Probe> examine(Path folder, InstantSource clock)
      throws IOException, InterruptedException {
    try (BuiltinEngine engine =
        BuiltinEngine.open(BuiltinOptions.in(folder).mapping(BuiltinOptions.Ids.AUTO), clock)) {
      return engine.examine();
    }
  }

  @Override
  public RegistryConnections connect(RegistryOptions options) throws IOException {
    ConnectionPool.Builder builder = ConnectionPool.builder().egress(options.egress());
    options.authorities().forEach(builder::trust);
    options.mirrors().forEach(builder::mirror);
    options.plainHttp().forEach(builder::plainHttp);
    return builder.build();
  }

  @Override
  public BaseImages baseImages(
      String dockerfile,
      Map<String, @Nullable String> buildArgs,
      @Nullable String target,
      String platform,
      NamedContexts<Optional<String>> contexts)
      throws EngineException {
    try {
      return FindBaseImages.of(
          DockerfileParser.parse(dockerfile), buildArgs, target, platform, contexts);
    } catch (DockerfileException | VariableExpander.BadVariable malformed) {
      throw EngineException.user(malformed);
    }
  }
}
