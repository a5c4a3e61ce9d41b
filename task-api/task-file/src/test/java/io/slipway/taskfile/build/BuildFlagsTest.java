package io.slipway.taskfile.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every flag of {@code docker build}, of the classic builder and of buildx: what becomes of it. */
class BuildFlagsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--add-host a:10.0.0.1              | taken   |",
        "--allow network.host               | refused | sandbox",
        "--annotation a=b                   | taken   |",
        "--attest type=sbom                 | no      | no attestations",
        "--build-arg A=b                    | taken   |",
        "--build-context lib=lib            | taken   |",
        "--builder other                    | no      | one builder",
        "--cache-from r.io/a:c              | taken   |",
        "--cache-to type=registry,ref=r.io/a | taken  |",
        "--call check                       | refused | a build step builds",
        "--cgroup-parent x                  | refused | the agent's own",
        "--check                            | refused | a build step builds",
        "--compress                         | no      | not sent",
        "--cpu-period 1000 --cpu-quota 2000 | taken   |",
        "--cpu-quota 50000                  | taken   |",
        "--cpu-shares 2                     | no      | --cpus",
        "--cpuset-cpus 0                    | taken   |",
        "--cpuset-mems 0                    | no      | nodes",
        "--debug                            | no      | the same",
        "--disable-content-trust            | no      | not checked",
        "--file D                           | taken   |",
        "--force-rm                         | no      | always removed",
        "--iidfile id                       | taken   |",
        "--isolation default                | same    |",
        "--isolation process                | refused | 'default' only",
        "--label a=b                        | taken   |",
        "--load                             | no      | always in the run's images",
        "--memory 1g                        | taken   |",
        "--memory-swap 1g                   | no      | follows --memory",
        "--metadata-file m                  | taken   |",
        "--network none                     | taken   |",
        "--network host                     | taken   |",
        "--network default                  | same    |",
        "--no-cache                         | taken   |",
        "--no-cache-filter one              | taken   |",
        "--output type=registry             | taken   |",
        "--output type=local,dest=x         | refused | the result is an image",
        "--platform linux/arm64             | taken   |",
        "--policy x                         | refused | the registry's",
        "--print x                          | refused | a build step builds",
        "--progress plain                   | no      | always plain",
        "--provenance true                  | no      | no attestations",
        "--pull                             | taken   |",
        "--push                             | taken   |",
        "--quiet                            | taken   |",
        "--rm                               | no      | always removed",
        "--sbom true                        | no      | no attestations",
        "--secret id=a                      | taken   |",
        "--security-opt x                   | refused | sandbox",
        "--shm-size 1m                      | taken   |",
        "--squash                           | no      | build in stages",
        "--ssh default                      | refused | --secret",
        "--stream                           | no      | not sent",
        "--tag t                            | taken   |",
        "--target t                         | taken   |",
        "--ulimit nofile=1                  | taken   |",
      })
  void shouldDoWithEachFlagWhatItSays(String flag, String handling, String why) throws Refusal {
    String name = flag.split(" ")[0];
    if (handling.equals("refused")) {
      assertThatThrownBy(() -> BuildCommand.parse(flag + " ."))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(name)
          .hasMessageContaining("refused")
          .hasMessageContaining(why);
      return;
    }
    BuildCommand command = BuildCommand.parse(flag + " .");
    if (handling.equals("no")) {
      assertThat(command.warnings())
          .singleElement()
          .asString()
          .contains("build flag " + name + " has no effect: ")
          .contains(why);
      return;
    }
    assertThat(command.warnings()).isEmpty();
    assertThat(command.equals(BuildCommand.parse("."))).isEqualTo(handling.equals("same"));
  }
}
