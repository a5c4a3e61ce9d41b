package io.slipway.taskapi.baseimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.taskapi.baseimage.WatchedImages.Name;
import io.slipway.taskapi.body.TaskReader;
import io.slipway.taskapi.definition.TaskDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a task watches, and which images go in circles. */
class BaseImagesTest {
  private static final Set<String> PUSHED = Set.of("r.io/app");

  private static TaskDefinition task(String trigger) throws Exception {
    String body =
        "{'step':{'type':'EncodedTask','encodedTaskContent':'c3RlcHM6'},'trigger':{%s}}"
            .formatted(trigger)
            .replace('\'', '"');
    return TaskReader.read(new ObjectMapper().readTree(body), false).definition();
  }

  private static TaskDefinition task() throws Exception {
    return task("'baseImageTrigger':{'name':'b','baseImageTriggerType':'All'}");
  }

  private static ImageRef image(String repository) {
    return new ImageRef("r.io", repository, "1", "sha256:" + repository);
  }

  @Test
  void shouldWatchWhatTheRunStoodOnAndDidNotMakeItself() throws Exception {
    List<ImageDependency> built =
        List.of(
            new ImageDependency(image("os"), image("alpine"), List.of(), null),
            new ImageDependency(image("app"), image("os"), List.of(image("go")), null),
            new ImageDependency(null, image("alpine"), List.of(image("go")), null));

    WatchedImages watched = WatchedImages.of(task(), built, PUSHED);

    assertThat(watched.watched()).containsExactly(image("alpine"), image("go"));
    assertThat(watched.built()).as("what others see").containsExactly(image("app"));
    assertThat(watched.problem()).as("a chain within a run").isNull();
    assertThat(WatchedImages.of(task(""), built, PUSHED)).isNull();
    WatchedImages off =
        WatchedImages.of(
            task("'baseImageTrigger':{'name':'b','status':'Disabled'}"), built, PUSHED);
    assertThat(off.enabled()).isFalse();
    assertThat(off.watched()).isEmpty();
  }

  /** What agents said is stored as it came, and has to fit into an index. */
  @Test
  void shouldPassOverWhatIsNoImageThatCanBeMoved() throws Exception {
    ImageRef byDigest = new ImageRef("r.io", "a", null, "sha256:1");
    ImageRef unread = new ImageRef("r.io", "a", "1", null);
    ImageRef odd = new ImageRef("r.io", "ä\u0000", "1", "sha256:1");
    ImageRef large = new ImageRef("r.io", "a".repeat(512), "b".repeat(512), "sha256:1");
    ImageDependency many =
        new ImageDependency(null, null, Arrays.asList(null, byDigest, unread, odd, large), null);

    WatchedImages watched =
        WatchedImages.of(
            task(), Arrays.asList(null, many, new ImageDependency(null, null, null, null)), PUSHED);

    assertThat(watched.watched()).isEmpty();
    assertThat(watched.built()).isEmpty();
  }

  @Test
  void shouldFindTheShortestWayAroundACircle() {
    UUID registry = UUID.randomUUID();
    UUID a = UUID.randomUUID();
    UUID b = UUID.randomUUID();
    UUID c = UUID.randomUUID();
    UUID away = UUID.randomUUID();
    List<FindCircles.Edge> edges =
        List.of(
            new FindCircles.Edge(a, a, "a", registry),
            new FindCircles.Edge(a, b, "b", registry),
            new FindCircles.Edge(b, c, "c", registry),
            new FindCircles.Edge(c, b, "b", registry),
            new FindCircles.Edge(c, a, "a", registry));
    Name ofC = new Name("r.io", "c", "1");

    assertThat(
            FindCircles.of(
                a,
                registry,
                edges,
                List.of(
                    new FindCircles.Built(c, ofC),
                    new FindCircles.Built(away, new Name("r.io", "away", "1")))))
        .containsOnlyKeys(ofC)
        .hasToString(
            "{r.io/c:1=r.io/c:1 goes in a circle, so its changes start no run: this task ->"
                + " task 'b' -> task 'c' -> this task.}");
  }
}
