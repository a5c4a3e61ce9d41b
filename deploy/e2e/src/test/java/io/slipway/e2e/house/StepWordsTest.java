package io.slipway.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds of steps are words in JSON alone: code that asks for a kind asks for a type. */
class StepWordsTest {
  private static final List<String> MODULES =
      List.of("task-api/contract", "task-api/task-file", "task-api", "run-agent");

  @ParameterizedTest
  @CsvSource({
    "Docker, contract/agent/TaskStep",
    "FileTask, contract/agent/TaskStep",
    "EncodedTask, contract/agent/TaskStep",
    "Import, contract/agent/TaskStep",
    "DockerBuildRequest, taskapi/body/RunRequestReader",
    "FileTaskRunRequest, taskapi/body/RunRequestReader",
    "EncodedTaskRunRequest, taskapi/body/RunRequestReader",
    "TaskRunRequest, taskapi/body/RunRequestReader"
  })
  void shouldBeNamedInOnePlace(String word, String place) throws IOException {
    List<String> naming = new ArrayList<>();
    for (String module : MODULES) {
      for (SourceFile source : House.sources(module)) {
        String text = Files.readString(House.ROOT.resolve(source.path()));
        if (!source.test() && text.contains('"' + word + '"')) {
          naming.add(source.path());
        }
      }
    }
    assertThat(naming)
        .singleElement()
        .asString()
        .endsWith("src/main/java/io/slipway/" + place + ".java");
  }
}
