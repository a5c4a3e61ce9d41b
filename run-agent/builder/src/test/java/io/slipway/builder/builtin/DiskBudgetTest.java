package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.RunLimits;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.support.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All that a run writes counts, wherever it writes it. */
@Timeout(120)
class DiskBudgetTest {
  private static final String FILL =
      "while true; do dd if=/dev/zero bs=1024 count=20000 2>/dev/null; done";

  @TempDir Path folder;

  @Test
  void shouldCountWhateverARunWrites() throws Exception {
    BuiltinOptions options =
        BuiltinOptions.in(folder.resolve("engine"))
            .limited(1L << 30, 1L << 30, new RunLimits(0, 0, 1000, 96L << 20, 0));
    try (Workbench bench = Workbench.builtin(folder, options)) {
      String cached = "RUN --mount=type=cache,target=/cache " + FILL + " > /cache/full";
      assertThatThrownBy(() -> bench.build("FROM test.local/base:1", cached))
          .hasMessageContaining("wrote more than 96 MiB");
      for (Path cache : caches()) {
        Files.deleteIfExists(cache.resolve("full"));
      }
      bench.build("FROM test.local/base:1");
      String nameless = "exec 3> /workspace/full; rm /workspace/full; " + FILL + " >&3";
      for (String fill : List.of(nameless, FILL + " > /acb/home/full")) {
        assertThatThrownBy(() -> bench.sh(fill))
            .as(fill)
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("wrote more than 96 MiB")
            .hasMessageContaining("slipway.agent.disk-limit");
      }
    }
  }

  @Test
  void shouldCountTheLayersOfABuild() throws Exception {
    BuiltinOptions options =
        BuiltinOptions.in(folder.resolve("engine"))
            .limited(1L << 30, 1L << 30, new RunLimits(0, 0, 1000, 96L << 20, 0));
    try (Workbench bench = Workbench.builtin(folder, options)) {
      String layer = "RUN dd if=/dev/urandom bs=1024 count=60000 of=/%s 2>/dev/null; %s";
      assertThatThrownBy(() ->
              bench.build(
                  "FROM test.local/base:1",
                  layer.formatted("a", "true"),
                  layer.formatted("b", "sleep 60")))
          .hasMessageContaining("wrote more than 96 MiB");
    }
  }

  private List<Path> caches() throws Exception {
    try (var all = Files.walk(folder.resolve("engine/caches"), 3)) {
      return all.filter(
              each -> folder.resolve("engine/caches").relativize(each).getNameCount() == 3)
          .toList();
    }
  }

  @Test
  void shouldEndTheGreediestRunWhenTheDiskIsNearlyFull() throws Exception {
    Path small = Files.createDirectories(folder.resolve("small"));
    ChildProcess.run(List.of("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", small.toString()));
    try {
      BuiltinOptions options =
          BuiltinOptions.in(small.resolve("engine"))
              .limited(1L << 30, 1L << 30, new RunLimits(0, 0, 1000, 1L << 30, 150L << 20));
      try (Workbench bench = Workbench.builtin(small, options);
          EngineRun modest = bench.newRun()) {
        bench.build(modest, small.resolve("base"), "test.local/base:1");
        Path context = Files.createDirectories(small.resolve("modest"));
        Files.writeString(
            context.resolve("Dockerfile"),
            """
            FROM test.local/base:1
            RUN --mount=type=cache,target=/cache while [ ! -e /cache/go ]; do sleep 0.1; done
            """);
        CompletableFuture<String> built =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return bench.build(modest, context, "test.local/modest:1");
                  } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                  }
                },
                // Not the common pool, whose few threads tell of the ends of processes.
                task -> Thread.ofVirtual().start(task));
        bench.build("FROM test.local/base:1");

        assertThatThrownBy(() -> bench.sh(FILL + " > /full"))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("NoSpace: the run was ended")
            .hasMessageContaining("slipway.agent.disk-reserve");
        assertThatThrownBy(() -> bench.sh("true")).hasMessageContaining("NoSpace");

        try (var all = Files.walk(small.resolve("engine/caches"), 3)) {
          for (Path cache :
              all.filter(each -> each.getNameCount() == small.getNameCount() + 5).toList()) {
            Files.createFile(cache.resolve("go"));
          }
        }
        assertThat(built.get()).contains("Successfully built");
      }
    } finally {
      ChildProcess.run(List.of("umount", small.toString()));
    }
  }
}
