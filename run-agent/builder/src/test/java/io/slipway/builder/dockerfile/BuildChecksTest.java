package io.slipway.builder.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker's build checks by their names. */
class BuildChecksTest {
  private static List<String> found(String text, String settings) throws Exception {
    return BuildChecks.of(
            DockerfileParser.parse(text.replace('~', '\n')), BuildChecks.Settings.parse(settings))
        .stream()
        .map(each -> each.rule() + " " + each.line())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM a AS B | StageNameCasing 1",
        "FROM a as b | FromAsCasing 1",
        "FROM a AS b~FROM c AS b | DuplicateStageName 2",
        "FROM a AS context | ReservedStageName 1",
        "FROM a~run x~RUN y | ConsistentInstructionCasing 2",
        "FROM a~Run x | ConsistentInstructionCasing 2",
        "from a~Run x | ConsistentInstructionCasing 2",
        "FROM a~CMD x | JSONArgsRecommended 2",
        "FROM a~SHELL [\"s\"]~ENTRYPOINT x | ''",
        "FROM a~CMD [\"x\"]~~CMD [\"y\"] | MultipleInstructionsDisallowed 4",
        "FROM a~CMD [\"x\"]~FROM b~CMD [\"y\"] | ''",
        "FROM a~MAINTAINER me | MaintainerDeprecated 2",
        "FROM $X~ENV y=$X | UndefinedArgInFrom 1",
        "ARG X~FROM ${X:-y} | ''",
        "FROM --platform=${TARGETPLATFORM} a | RedundantTargetPlatform 1",
        "FROM --platform=linux/arm64 a | FromPlatformFlagConstDisallowed 1",
        "FROM --platform=linux/arm64 a AS for-arm64 | ''",
        "FROM --platform=$BUILDPLATFORM a | ''",
        "FROM a~WORKDIR b | WorkdirRelativePath 2",
        "FROM a AS p~WORKDIR /b~WORKDIR c~FROM p~WORKDIR d | ''",
        "FROM a~ENV A b | LegacyKeyValueFormat 2",
        "FROM a~ENV A=b~LABEL \"c d\"=e | ''",
        "ARG NPM_TOKEN~FROM a~ENV AWS_SECRET_ACCESS_KEY=x PUBLIC_KEY=y TOKENIZER=z | SecretsUsedInArgOrEnv 1",
        "FROM a~EXPOSE 80/TCP | ExposeProtoCasing 2",
        "FROM a~EXPOSE 8080:80 | ExposeInvalidFormat 2",
      })
  void shouldFind(String text, String expected) throws Exception {
    List<String> found = found(text, "error=true");
    assertThat(found.isEmpty() ? "" : found.getFirst()).isEqualTo(expected);
    assertThat(found).hasSize(expected.isEmpty() ? 0 : text.contains("AWS_") ? 2 : 1);
  }

  @Test
  void shouldSkipWhatIsNamed() throws Exception {
    String text = "FROM a as B~CMD x";
    assertThat(found(text, "skip=FromAsCasing , JSONArgsRecommended ; error=false"))
        .containsExactly("StageNameCasing 1");
    assertThat(found(text, "skip=all;experimental=all")).isEmpty();
    assertThatThrownBy(() -> found(text, "error=maybe")).hasMessageContaining("neither true nor");
    assertThatThrownBy(() -> found(text, "all")).hasMessageContaining("none of skip=");
  }
}
