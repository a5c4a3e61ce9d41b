package io.slipway.builder.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.ContainerEngine.MachineProcessors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerInfoTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"NCPU\":8,\"CpuCfsQuota\":true}                            | 8 | true",
        "{\"NCPU\":8,\"CpuCfsQuota\":false}                           | 8 | false",
        "{\"host\":{\"cpus\":4,\"cgroupControllers\":[\"cpu\",\"pids\"]}} | 4 | true",
        "{\"host\":{\"cpus\":4,\"cgroupControllers\":[\"pids\"]}}       | 4 | false",
        "permission denied                                          | 0 | false"
      })
  void shouldReadTheProcessorsOfDockerAndPodman(String info, int number, boolean limited) {
    assertThat(DockerEngine.DockerInfo.processors(info))
        .isEqualTo(new MachineProcessors(number, limited));
  }
}
