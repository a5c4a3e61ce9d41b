package io.slipway.taskfile.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "node, docker.io/library/node:latest, node:latest",
    "node:15, docker.io/library/node:15, node:15",
    "user/app, docker.io/user/app:latest, user/app:latest",
    "docker.io/library/node:15-alpine, docker.io/library/node:15-alpine, node:15-alpine",
    "127.0.0.1:8453/a/b:c, 127.0.0.1:8453/a/b:c, 127.0.0.1:8453/a/b:c",
    "localhost:5000/x, localhost:5000/x:latest, localhost:5000/x:latest",
    "r.azurecr.io/x@sha256:0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978,"
        + " r.azurecr.io/x@sha256:0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978,"
        + " r.azurecr.io/x@sha256:0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978"
  })
  void shouldCompleteNames(String text, String canonical, String familiar) {
    ImageReference image = ImageReference.of(text);

    assertThat(image.canonical()).isEqualTo(canonical);
    assertThat(image.familiar()).isEqualTo(familiar);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "UPPER",
        "a b",
        "a:b c",
        "a@sha256:1",
        "../x",
        "a;rm -rf /",
        "$(x)",
        "r.io/",
        "r.io//x",
        "-x/y"
      })
  void rejectsWhatIsNoName(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(Refusal.class);
  }
}
