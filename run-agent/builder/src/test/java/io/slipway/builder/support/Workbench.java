package io.slipway.builder.support;

import io.slipway.builder.BuiltImage;
import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.Ids;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerSpec;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.EngineRun;
import io.slipway.builder.GitRepositories;
import io.slipway.builder.Limits;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.builtin.BuiltinEngine;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.ContainerOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** An engine with a run, an image {@code base} made of this machine's programs, and a context. */
public final class Workbench implements AutoCloseable {
  public static final ImageReference BASE = ImageReference.of("test.local/base:1");

  public final ContainerEngine engine;
  public final EngineRun run;
  public final Path context;
  public final Path workspace;
  public final Map<String, String> buildArgs = new HashMap<>();
  public final Map<String, String> labels = new HashMap<>();
  public final Map<String, Path> secrets = new HashMap<>();
  public final Map<String, String> env = new HashMap<>();
  public String target;
  public String network;
  public List<String> ports = List.of();
  public Limits limits = Limits.NONE;
  public boolean keep;
  public String caches = "caches";
  public Map<String, Path> mounts = Map.of();

  /** Fetches what ADD names. */
  public GitRepositories repositories = GitRepositories.none();

  /** Further wishes for a build. */
  public UnaryOperator<RequestBuilder> request = UnaryOperator.identity();

  private final ConnectionPool connections;

  /** With the builtin engine and one launcher; one of them has ids of its own for containers. */
  public static Workbench builtin(Path folder, String launcher) throws Exception {
    return builtin(
        folder,
        BuiltinOptions.in(folder.resolve("engine"))
            .withLaunchers(List.of(launcher))
            .mapping(launcher.equals("crun") ? Ids.AUTO : Ids.MACHINE));
  }

  /** With the builtin engine and its settings. */
  public static Workbench builtin(Path folder, BuiltinOptions options) throws Exception {
    return new Workbench(
        folder,
        BuiltinEngine.open(options, InstantSource.system()),
        ConnectionPool.builder().build());
  }

  /** With an engine, which it closes. */
  public Workbench(Path folder, ContainerEngine engine, ConnectionPool connections)
      throws Exception {
    this.connections = connections;
    this.engine = engine;
    workspace = Files.createDirectories(folder.resolve("workspace"));
    run = newRun();
    context = Files.createDirectories(folder.resolve("context"));
    Path base = Files.createDirectories(folder.resolve("base"));
    BaseArchive.write(base.resolve("base.tar"), folder.resolve("base-files"));
    Files.writeString(
        base.resolve("Dockerfile"), "FROM scratch\nADD base.tar /\nCMD [\"/bin/sh\"]\n");
    build(run, base, BASE.familiar());
  }

  /** One more run of the same engine. */
  public EngineRun newRun() throws Exception {
    return engine.openRun(
        new RunEnvironment(
            "run-" + UUID.randomUUID(),
            () -> workspace,
            new RegistryCalls(connections, CredentialSource.none()),
            "tenant",
            caches,
            (git, token, into) -> repositories.fetch(git, token, into)));
  }

  /** Writes a file of the context. */
  public Workbench file(String path, String content) throws Exception {
    Path file = context.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  /** Builds the context with a Dockerfile; what was printed. */
  public String build(String... dockerfile) throws Exception {
    Files.writeString(context.resolve("Dockerfile"), String.join("\n", dockerfile) + "\n");
    return build(run, context, "test.local/result:1");
  }

  public BuiltImage last;

  /** Builds a folder in a run. */
  public String build(EngineRun in, Path from, String tag) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      last =
          in.build(
              request
                  .apply(new RequestBuilder(from, from.resolve("Dockerfile")))
                  .tags(List.of(ImageReference.of(tag)))
                  .buildArgs(Map.copyOf(buildArgs))
                  .target(target)
                  .labels(labels)
                  .secrets(secrets)
                  .done(),
              printed::write);
    } finally {
      System.out.print(printed.toString(StandardCharsets.UTF_8));
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** Runs a command in the built image; what it printed. */
  public String sh(String command) throws Exception {
    return container("test.local/result:1", List.of("/bin/sh", "-c", command), "c", false);
  }

  public int exitCode;

  /** Runs a container; what it printed. */
  public String container(String image, List<String> command, String name, boolean detach)
      throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    exitCode =
        run.run(
            new ContainerSpec(
                name,
                ImageReference.of(image),
                command,
                ContainerOptions.builder()
                    .env(Map.copyOf(env))
                    .entryPoint("")
                    .network(network)
                    .ports(ports)
                    .detach(detach)
                    .keep(keep)
                    .build(),
                null,
                mounts,
                limits),
            printed::write);
    return printed.toString(StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() throws Exception {
    run.close();
    engine.close();
    connections.close();
  }
}
