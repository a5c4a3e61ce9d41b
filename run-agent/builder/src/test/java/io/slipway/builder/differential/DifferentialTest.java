package io.slipway.builder.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.EngineRun;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.builtin.BuiltinEngine;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.support.BaseArchive;
import io.slipway.builder.support.Docker;
import io.slipway.builder.support.RequestBuilder;
import io.slipway.infra.RegistryProcess;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The builtin engine makes of a Dockerfile what Docker makes of it, file by file. Cases are side by
 * side, because Docker waits most of the time.
 */
@Timeout(120)
class DifferentialTest {
  /** Points where an engine mounts things while RUN goes on. */
  private static final Pattern MOUNT_POINTS =
      Pattern.compile(
          "(dev|proc|sys)(/.*)?|etc/(hosts|hostname|resolv\\.conf|mtab)|scratch|cache|in|t");

  private static RegistryProcess registry;
  private static ConnectionPool connections;
  private static ContainerEngine builtin;
  private static ContainerEngine docker;
  private static String base;

  @TempDir static Path folder;
  @TempDir Path workspace;
  private Path context;

  static List<Case> cases() {
    return Cases.all();
  }

  @BeforeAll
  static void start() throws Exception {
    Docker.daemon();
    registry = RegistryProcess.start(folder.resolve("registry"));
    connections = ConnectionPool.builder().plainHttp(registry.loginServer()).build();
    builtin =
        BuiltinEngine.open(BuiltinOptions.in(folder.resolve("builtin")), InstantSource.system());
    docker = Docker.engine(folder.resolve("docker"));
    base = registry.loginServer() + "/base:1";
    Path archive = Files.createDirectories(folder.resolve("base"));
    BaseArchive.write(archive.resolve("base.tar"), folder.resolve("base-files"));
    try (EngineRun run = run(docker, "base", folder)) {
      build(
          run,
          archive,
          Files.writeString(archive.resolve("Dockerfile"), "FROM scratch\nADD base.tar /\n"),
          base,
          NamedContexts.none());
    }
  }

  @BeforeEach
  void writeContext() throws Exception {
    context = Files.createDirectory(workspace.resolve("context"));
    Cases.writeContext(context);
  }

  @AfterAll
  static void stop() {
    if (builtin != null) {
      builtin.close();
    }
    if (docker != null) {
      docker.close();
    }
    if (connections != null) {
      connections.close();
    }
    if (registry != null) {
      registry.close();
    }
  }

  private static EngineRun run(ContainerEngine engine, String key, Path workspace)
      throws Exception {
    return engine.openRun(
        new RunEnvironment(
            key,
            () -> workspace,
            new RegistryCalls(connections, CredentialSource.none()),
            "tenant",
            "caches"));
  }

  private static void build(
      EngineRun run, Path from, Path dockerfile, String tag, NamedContexts<ExtraContext> contexts)
      throws Exception {
    ImageReference name = ImageReference.of(tag);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      run.build(
          new RequestBuilder(from, dockerfile).tags(List.of(name)).contexts(contexts).done(),
          printed::write);
      run.push(name, printed::write);
    } catch (Exception failed) {
      System.out.print(printed.toString(StandardCharsets.UTF_8));
      throw failed;
    }
  }

  private FlatImage image(
      ContainerEngine engine, Case example, String text, Map<String, String> contexts)
      throws Exception {
    String repository = engine.name() + "/" + example.name();
    Path dockerfile =
        // In the context: for one outside of it Docker's client changes the .dockerignore.
        Files.writeString(context.resolve("Dockerfile"), text.replace("BASE", base));
    String tag = registry.loginServer() + "/" + repository + ":1";
    try (EngineRun run = run(engine, example.name(), workspace)) {
      build(run, context, dockerfile, tag, NamedContexts.of(contexts).map(this::extra));
    }
    return FlatImage.fetch(registry.loginServer(), repository, "1");
  }

  private ExtraContext extra(String context) {
    return context.equals("BASE")
        ? new ExtraContext.Image(ImageReference.of(base))
        : new ExtraContext.Folder(this.context.resolve(context));
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Execution(ExecutionMode.CONCURRENT)
  void shouldMakeTheSame(Case example) throws Exception {
    FlatImage theirs = image(docker, example, example.plain(), Map.of());
    FlatImage ours = image(builtin, example, example.dockerfile(), example.contexts());
    assertThat(differences(theirs, ours)).as(example.dockerfile()).isEmpty();
  }

  /** What two engines have made differently, by path or field. */
  static Map<String, String> differences(FlatImage theirs, FlatImage ours) {
    Map<String, String> differences = new TreeMap<>();
    compare(theirs.files(), ours.files(), differences);
    compare(theirs.config(), ours.config(), differences);
    return differences;
  }

  private static void compare(
      Map<String, String> theirs, Map<String, String> ours, Map<String, String> differences) {
    TreeSet<String> names = new TreeSet<>(theirs.keySet());
    names.addAll(ours.keySet());
    for (String name : names) {
      String one = theirs.getOrDefault(name, "nothing");
      String other = ours.getOrDefault(name, "nothing");
      boolean point = one.equals("nothing") || other.equals("nothing");
      if (!one.equals(other) && !(point && MOUNT_POINTS.matcher(name).matches())) {
        differences.put(name, "Docker: " + one + "; builtin: " + other);
      }
    }
  }
}
