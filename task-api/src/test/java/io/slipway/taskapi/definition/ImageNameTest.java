package io.slipway.taskapi.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.arm.ArmException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
  private static final String DIGEST = "sha256:" + "0f".repeat(32);

  @Test
  void shouldReadRepositoryTagAndDigest() {
    assertThat(ImageName.parse("image", "base/my-app__x.y:v1_2.3@" + DIGEST))
        .isEqualTo(new ImageName("base/my-app__x.y", "v1_2.3", DIGEST));
    assertThat(ImageName.parse("image", "a---b/c_d").repository()).isEqualTo("a---b/c_d");
    assertThat(ImageName.parse("image", "a/".repeat(127) + "b").repository()).hasSize(255);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a//b", "a___b", "a..b", "-a", "a-", "a:", "a@sha256:0", "a/"})
  void shouldRefuseWhatIsNotAnImage(String text) {
    assertThatThrownBy(() -> ImageName.parse("image", text))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/", "a.b-", "a", "a_"})
  void shouldRefuseLongNamesInsteadOfFailing(String piece) {
    assertThatThrownBy(() -> ImageName.parse("image", piece.repeat(50_000) + "b"))
        .isInstanceOf(ArmException.class)
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(400));
  }
}
