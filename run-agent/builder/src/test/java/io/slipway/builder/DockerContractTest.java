package io.slipway.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.support.Docker;
import io.slipway.builder.support.RequestBuilder;
import io.slipway.builder.support.Workbench;
import io.slipway.infra.RegistryProcess;
import io.slipway.taskfile.build.BuildAnnotations;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerContractTest extends EngineContract {
  @BeforeAll
  static void needDocker() {
    Docker.daemon();
  }

  @Override
  ContainerEngine engine(Path folder) throws Exception {
    return Docker.engine(folder);
  }

  @Test
  void shouldFindStepsInARegistry(@TempDir Path folder) throws Exception {
    String[] lines = {"FROM test.local/base:1", "COPY a.txt /", "RUN echo b > /b"};
    try (RegistryProcess registry = RegistryProcess.start(folder.resolve("registry"));
        Workbench bench =
            new Workbench(
                folder,
                engine(folder.resolve("engine")),
                ConnectionPool.builder().plainHttp(registry.loginServer()).build())) {
      ImageReference cache = ImageReference.of(registry.loginServer() + "/app:cache");
      bench.file("a.txt", "of " + folder);
      bench.request = request -> request.cacheFrom(cache).cacheTo(cache);
      assertThat(bench.build(lines)).contains("Kept the steps in build cache " + cache.familiar());
      assertThat(bench.last.cachedSteps()).isZero();

      docker("builder", "prune", "--all", "--force");
      docker("rmi", "--force", bench.last.imageId());
      assertThat(bench.build(lines)).contains("CACHED");
      assertThat(bench.last.cachedSteps()).isEqualTo(2);

      ImageReference away = ImageReference.of("127.0.0.1:1/app:cache");
      bench.request = request -> request.cacheTo(away);
      assertThat(bench.build(lines))
          .contains("WARNING: the build cache 127.0.0.1:1/app:cache cannot be written");
    }
  }

  private static void docker(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(Docker.daemon().client().toString()));
    command.addAll(List.of("--host", Docker.daemon().host()));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void shouldRefuseByNameWhatItsClientDoesNotKnow(@TempDir Path folder) throws Exception {
    ExtraContext files = new ExtraContext.Folder(folder);
    Map<String, UnaryOperator<RequestBuilder>> wishes =
        Map.of(
            "--build-context",
            request -> request.contexts(new NamedContexts<>(Map.of("lib", files))),
            "--build-context app: an oci-layout",
            request ->
                request.contexts(
                    new NamedContexts<>(
                        Map.of("app", new ExtraContext.Layout(folder, "latest", null)))),
            "--no-cache-filter",
            request -> request.noCacheFor(List.of("one")),
            "--annotation",
            request -> request.annotations(new BuildAnnotations(Map.of("a", "b"), Map.of())));
    try (Workbench bench =
        new Workbench(folder, engine(folder.resolve("engine")), ConnectionPool.builder().build())) {
      assertThat(wishes).hasSize(4);
      for (var wish : wishes.entrySet()) {
        bench.request = wish.getValue();
        assertThatThrownBy(() -> bench.build("FROM test.local/base:1 AS one"))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining(wish.getKey())
            .hasMessageContaining("slipway.agent.engine=builtin");
      }
    }
  }
}
