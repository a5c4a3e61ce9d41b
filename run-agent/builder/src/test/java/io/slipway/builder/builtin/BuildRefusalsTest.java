package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.EngineException;
import io.slipway.builder.Limits;
import io.slipway.builder.support.RequestBuilder;
import io.slipway.builder.support.Workbench;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before a build begins. */
class BuildRefusalsTest {
  @TempDir Path folder;

  @Test
  void shouldNameTheFlagBeforeAnythingIsDone() throws Exception {
    Map<String, UnaryOperator<RequestBuilder>> wishes =
        Map.of(
            "--ulimit: ulimit 'files': there is no such resource",
            request -> request.limits(new Limits(0, 0, null, 0, 0, Map.of("files", "1"))),
            "--ulimit: ulimit 'nofile=2:1': the soft limit is above the hard one",
            request -> request.limits(new Limits(0, 0, null, 0, 0, Map.of("nofile", "2:1"))),
            "--network host is not allowed",
            request -> request.network("host"));
    try (Workbench bench = Workbench.builtin(folder, "no-launcher-at-all")) {
      assertThat(wishes).hasSize(3);
      for (var wish : wishes.entrySet()) {
        bench.request = wish.getValue();
        assertThatThrownBy(() -> bench.build("FROM test.local/base:1 AS one"))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining(wish.getKey());
      }
    }
  }
}
