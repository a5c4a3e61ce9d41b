package io.slipway.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RunId",
        "RunType",
        "Status",
        "CreateTime",
        "FinishTime",
        "IsArchiveEnabled",
        "TaskName",
        "AgentPoolName",
        "OutputImageManifests"
      })
  void shouldAskForEachFieldOfAFilter(String field) {
    List<String> paths =
        Route.all(1000).stream()
            .map(route -> URLDecoder.decode(route.path(), StandardCharsets.UTF_8))
            .filter(path -> path.contains("$filter=") && path.contains(field))
            .toList();

    assertThat(paths).isNotEmpty();
  }

  @Test
  void shouldAskForTheSameWhateverTheNumberOfRuns() {
    assertThat(Route.all(1000))
        .extracting(Route::name)
        .doesNotHaveDuplicates()
        .isEqualTo(Route.all(1_000_000).stream().map(Route::name).toList());
  }

  @Test
  void shouldNotTakeAnEmptyAnswerForAHit() {
    Route hit = new Route("by task", "/runs");
    Route miss = new Route("by task, without a hit", "/runs");

    assertThat(hit.isAnsweredBy(200, "{\"value\":[{}]}")).isTrue();
    assertThat(hit.isAnsweredBy(200, "{\"value\":[]}")).isFalse();
    assertThat(hit.isAnsweredBy(404, "{}")).isFalse();
    assertThat(miss.isAnsweredBy(200, "{\"value\":[]}")).isTrue();
    assertThat(miss.isAnsweredBy(404, "{}")).isTrue();
  }

  @Test
  void shouldSpreadTheRunsOverTheSameTime() {
    assertThat(FillHistory.created(1000, 1000))
        .isEqualTo(FillHistory.created(1_000_000, 1_000_000));
    assertThat(FillHistory.created(1000, 500)).isBefore(FillHistory.created(1000, 501));
    assertThat(FillHistory.image(7)).hasSize("sha256:".length() + 64).endsWith("a8");
  }
}
