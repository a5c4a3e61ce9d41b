package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What was there before {@code down} is there after {@code up}. */
@Order(5)
class PersistenceIT {
  private final Platform platform = Platform.shared();
  private final Cast cast = new Cast(platform);

  @Test
  void shouldKeepEverythingOverDownAndUp() {
    // Given
    String run =
        platform.azValue(
            "acr",
            "task",
            "list-runs",
            "--registry",
            Cast.REGISTRY,
            "--run-status",
            "Succeeded",
            "--top",
            "1",
            "--query",
            "[0].runId");
    String log = cast.log(run);
    List<String> tags = cast.tags("hello-world");
    String server = cast.baseServer();
    assertThat(tags).isNotEmpty();

    // When
    platform.slipway("down").succeeded();
    platform.slipway("up", "--detach", "--port-base", "" + platform.portBase()).succeeded();

    // Then: the same token still opens the door, because the keys are the same
    assertThat(cast.status(run)).isEqualTo("Succeeded");
    assertThat(cast.log(run)).isEqualTo(log);
    assertThat(cast.tags("hello-world")).isEqualTo(tags);
    assertThat(cast.baseServer()).isEqualTo(server);
    assertThat(cast.run("helloworldtask").succeeded().all()).contains("was successful after");
  }
}
