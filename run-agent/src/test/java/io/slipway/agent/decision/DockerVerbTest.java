package io.slipway.agent.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerVerbTest {
  private static Optional<DockerVerb> parse(String command) throws Refusal {
    List<String> words = List.of(command.split(" "));
    return DockerVerb.parse(ImageReference.of(words.get(0)), words.subList(1, words.size()));
  }

  @Test
  void shouldReadWhatConcernsOtherSteps() throws Exception {
    assertThat(parse("docker stop web"))
        .contains(
            new DockerVerb(
                DockerVerb.Action.STOP, List.of("web"), Duration.ofSeconds(10), false, false));
    assertThat(parse("docker stop -t 3 web db").orElseThrow().grace()).hasSeconds(3);
    assertThat(parse("docker stop --time=0 web").orElseThrow().grace()).isZero();
    assertThat(parse("docker rm -f web db").orElseThrow())
        .isEqualTo(
            new DockerVerb(
                DockerVerb.Action.REMOVE,
                List.of("web", "db"),
                Duration.ofSeconds(10),
                true,
                false));
    assertThat(parse("docker:cli docker logs --follow web").orElseThrow().follow()).isTrue();
    assertThat(parse("docker container wait web").orElseThrow().action())
        .isEqualTo(DockerVerb.Action.WAIT);
    assertThat(parse("docker kill web").orElseThrow().grace()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"docker build .", "docker run alpine", "docker ps", "docker docker exec a"})
  void shouldRefuseTheRestByNameAndSayWhatCould(String command) {
    String verb = command.replaceFirst("^docker (docker )?", "").split(" ")[0];
    assertThatThrownBy(() -> parse(command))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("docker " + verb)
        .hasMessageContaining("slipway.agent.allow-privileged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"docker stop", "docker stop -t x web", "docker rm --link web", "docker stop -t"})
  void shouldSayWhatIsWrong(String command) {
    assertThatThrownBy(() -> parse(command)).hasMessageContaining(command.substring(0, 9).strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker:dind",
        "docker sh -c true",
        "docker dockerd",
        "127.0.0.1:1/docker stop web",
        "me/docker stop web",
        "alpine stop web"
      })
  void shouldLeaveOtherProgramsAlone(String command) throws Exception {
    assertThat(parse(command)).isEmpty();
  }
}
