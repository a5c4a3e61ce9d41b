package io.slipway.builder.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModeChangeTest {
  @ParameterizedTest
  @CsvSource({
    "0755, 644, 755, 755",
    "600, 4755, 600, 600",
    "1777, 644, 1777, 1777",
    "u=rwX;go=rX, 600, 644, 755",
    "u=rwX;go=rX, 750, 755, 755",
    "+x, 644, 755, 755",
    "a-w, 777, 555, 555",
    "go-rwx, 755, 700, 700",
    "u+s, 755, 4755, 4755",
    "ug+s, 755, 6755, 6755",
    "+t, 755, 1755, 1755",
    "u=rw+x, 644, 744, 744",
    "o=, 777, 770, 770",
    "g=u, 640, 660, 660",
    "o+g;g-w, 664, 646, 646",
    "5, 644, 5, 5",
    "00750, 644, 750, 750",
  })
  void shouldChangeRightsAsChmodDoes(String change, String mode, String file, String folder) {
    ModeChange read = ModeChange.parse(change.replace(';', ','));
    int before = Integer.parseInt(mode, 8);

    assertThat(Integer.toOctalString(read.apply(before, false))).isEqualTo(file);
    assertThat(Integer.toOctalString(read.apply(before, true))).isEqualTo(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "77777", "u=gr", "0888", "x", "u", "z+x", "u+q", "u+x,", "755,u+x"})
  void rejectsWhatIsNoMode(String text) {
    assertThatThrownBy(() -> ModeChange.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--chmod=" + text);
  }
}
