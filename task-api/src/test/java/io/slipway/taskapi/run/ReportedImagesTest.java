package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportedImagesTest {

  @Test
  void shouldLeaveOutWhatIsNotWholeAndCutTheRest() {
    assertThat(
            ReportedImages.pushed(
                Arrays.asList(
                    null,
                    new ImageRef(null, "a", null, null),
                    new ImageRef("r", "\0", null, null),
                    new ImageRef("r\0", "a\0b", "\n1", "sha256:0f\0"),
                    new ImageRef("r", "x".repeat(10_000), null, null))))
        .containsExactly(
            new ImageRef("r", "ab", "1", "sha256:0f"),
            new ImageRef("r", "x".repeat(512), null, null));
    assertThat(
            ReportedImages.pushed(Collections.nCopies(9_000, new ImageRef("r", "a", null, null))))
        .hasSize(500);
  }

  @Test
  void shouldLeaveOutDependenciesThatAreNull() {
    ImageRef image = new ImageRef("r", "a", null, null);

    assertThat(
            ReportedImages.dependencies(
                Arrays.asList(
                    null,
                    new ImageDependency(null, null, null, null),
                    new ImageDependency(
                        image,
                        new ImageRef(null, "a", null, null),
                        Arrays.asList(null, image),
                        "0"))))
        .containsExactly(
            new ImageDependency(null, null, List.of(), null),
            new ImageDependency(image, null, List.of(image), "0"));
  }
}
