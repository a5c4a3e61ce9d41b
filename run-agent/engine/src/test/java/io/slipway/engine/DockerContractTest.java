package io.slipway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.engine.support.Docker;
import io.slipway.engine.support.Workbench;
import io.slipway.images.registry.RegistryConnections;
import io.slipway.taskfile.build.BuildAnnotations;
import io.slipway.taskfile.dockerfile.NamedContexts;
import java.nio.file.Path;
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
  void shouldRefuseByNameWhatItsClientDoesNotKnow(@TempDir Path folder) throws Exception {
    ExtraContext files = new ExtraContext.Folder(folder);
    Map<String, UnaryOperator<BuildRequestBuilder>> wishes =
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
        new Workbench(
            folder, engine(folder.resolve("engine")), RegistryConnections.builder().build())) {
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
