package io.slipway.builder.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerPathTest {

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "/a, a",
    "./a/, a",
    "a//b/./c, a/b/c",
    "'', ''",
    "/, ''",
    "., ''",
    "./, ''",
    "..a/b.., ..a/b..",
    ".a, .a",
    "a/.b, a/.b",
  })
  void haveOneForm(String path, String expected) {
    assertThat(LayerPath.normal(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../a", "a/..", "a/../b", "/..", "a/b/../../../c", "a\0b", "\0"})
  void neverLeaveTheRoot(String path) {
    assertThatThrownBy(() -> LayerPath.normal(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void belongToFolders() {
    assertThat(LayerPath.isWithin("dev/x", "dev")).isTrue();
    assertThat(LayerPath.isWithin("dev", "dev")).isTrue();
    assertThat(LayerPath.isWithin("device", "dev")).isFalse();
    assertThat(LayerPath.isWithin("a", "")).isTrue();
    assertThat(LayerPath.parent("a/b/c")).isEqualTo("a/b");
    assertThat(LayerPath.join("", "a")).isEqualTo("a");
  }
}
