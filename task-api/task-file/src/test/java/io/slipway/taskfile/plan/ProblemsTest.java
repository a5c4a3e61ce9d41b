package io.slipway.taskfile.plan;

import static io.slipway.taskfile.plan.Plans.planned;
import static io.slipway.taskfile.plan.Plans.problems;
import static io.slipway.taskfile.plan.Plans.refused;
import static io.slipway.taskfile.plan.Plans.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about files that are wrong. */
class ProblemsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "steps: [{id: a}] | step is missing a cmd, build, or push property",
        "steps: [{cmd: ''}] | step is missing a cmd, build, or push property",
        "steps: [{bulid: .}] | step is missing a cmd, build, or push property; did you mean"
            + " 'build'?",
        "steps: [{cmd: a, build: .}] | step must only contain a single build, cmd, or push"
            + " property",
        "steps: [{cmd: a, id: b c}] | step ID cannot contain spaces",
        "steps: [{cmd: a, id: x},{cmd: a, id: x}] | x already exists as a vertex",
        "steps: [{cmd: a},{cmd: a, id: acb_step_0}] | acb_step_0 already exists as a vertex",
        "steps: [{cmd: a, id: ../x}] | step ID must begin with a letter or digit",
        "steps: [{cmd: a, id: a/b}] | not 'a/b'",
        "steps: [{cmd: a, id: -rm}] | not '-rm'",
        "steps: [{cmd: a, id: acb_root}] | acb_root is a reserved ID, it can't be used",
        "steps: [{cmd: a, retries: -1}] | step must specify retries >= 0",
        "steps: [{cmd: a, repeat: -1}] | step must specify repeat >= 0",
        "steps: [{build: ., cache: on}] | invalid value for cache property. Valid values are"
            + " 'enabled', 'disabled'",
        "steps: [{cmd: a, isolation: vm}] | must be default, process or hyperv, not 'vm'",
        "steps: [{cmd: a, cpus: many}] | must be a number of processors",
        "steps: [{cmd: a, cpus: 0}] | must be a number of processors",
        "steps: [{push: x}] | steps[0].push: must be a list: a list of images",
        "steps: [{push: ['a b']}] | steps[0].push[0]: 'a b' is not a valid image name",
        "steps: [{cmd: [a]}] | steps[0].cmd: must be a text, not a list",
        "steps: [{cmd: 'a \"b'}] | a quote (\") is not closed",
        "steps: [{cmd: ' '}] | names no image",
        "steps: [{cmd: a, timeout: soon}] | must be a whole number, not 'soon'",
        "steps: [{cmd: a, timeout: 99999999999}] | must be at most 2147483647",
        "steps: [{cmd: a, detach: maybe}] | must be true or false, not 'maybe'",
        "steps: [{cmd: a, env: {a: b}}] | steps[0].env: must be a list",
        "steps: {cmd: a} | steps: must be a list",
        "steps: [a] | steps[0]: must hold properties",
        "- a | a task file must hold properties",
        "env: [a] | cannot parse task environment variable 'a' correctly",
        "env: ['a=1,2'] | cannot parse task environment variable '2' correctly",
        "{env: [a=b], steps: [{cmd: a, env: [b]}]} | cannot parse step environment variable 'b'"
            + " correctly",
        "networks: [{driver: bridge}] | name must be specified",
        "networks: [{name: a},{name: a}] | network 'a' is declared twice",
        "secrets: [{keyvault: x}] | secret is missing an ID as well as auto-generated ID",
        "secrets: [{id: a b, keyvault: x}] | secret ID cannot contain spaces",
        "secrets: [{id: a, keyvault: x},{id: a, keyvault: y}] | duplicate secret found with ID: a",
        "secrets: [{id: a}] | secret should contain either keyvault property",
        "secrets: [{id: a, keyvault: x, clientID: me}] | msi client ID is not a valid guid",
        "volumes: [{secret: {a: b}}] | volume name is empty",
        "volumes: [{name: a/b, secret: {a: b}}] | volume name is not well formed. Only use"
            + " alphanumeric and - _",
        "volumes: [{name: a, secret: {a: b}},{name: a, secret: {a: b}}] | volume with duplicate"
            + " name found",
        "volumes: [{name: a}] | currently only support for source type secret",
        "volumes: [{name: a, secret: {}}] | secret is empty",
        "volumes: [{name: a, secret: {'': b}}] | secret name provided for value is empty",
        "volumes: [{name: a, secret: {x/y: b}}] | file name, x/y, is not well formed. Only use"
            + " alphanumeric and - _ .",
        "volumes: [{name: a, secret: {..: b}}] | file name, .., is not well formed",
        "steps: [{cmd: a, volumeMounts: [{name: a}]}] | mount name or mount path is empty",
        "steps: [{cmd: a, volumeMounts: [{name: x, mountPath: /y}]}] | mount name, x, does not"
            + " correspond to a volume",
        "{volumes: [{name: a, secret: {a: b}}], steps: [{cmd: a, volumeMounts: [{name: a,"
            + " mountPath: b}]}]} | must be an absolute path",
        "{volumes: [{name: a, secret: {a: b}}], steps: [{cmd: a, volumeMounts: [{name: a,"
            + " mountPath: /b},{name: a, mountPath: /b}]}]} | mount with duplicate container file"
            + " path found",
        "{volumes: [{name: a, secret: {a: b}}], steps: [{push: [a], volumeMounts: [{name: a,"
            + " mountPath: /b}]}]} | invalid use of Mounts",
        "version: v1.2.0 | invalid version specified: \"v1.2.0\", the current version is"
            + " \"v1.0.0\"",
        "steps: [ | yaml: ",
        "steps: [{cmd: *a}] | yaml: ",
        "steps: [{<<: a, cmd: b}] | steps[0].<<: must be a mapping",
      })
  void rejectsWithTheReason(String text, String message) {
    assertThat(refused(text).toString()).contains(message.strip());
  }

  @Test
  void shouldSayWhere() {
    Problem problem =
        refused(
            """
            version: v1.1.0
            # a comment is counted
            steps:
              - cmd: bash echo
                timeout: soon
            """);

    assertThat(problem.line()).isEqualTo(5);
    assertThat(problem.column()).isEqualTo(14);
    assertThat(problem.property()).isEqualTo("steps[0].timeout");
  }

  @Test
  void shouldTellAllProblemsTypesFirst() {
    assertThat(
            problems(
                """
                secrets: [{id: a}]
                steps:
                  - {id: a, cmd: x, retries: -1}
                  - {id: b, cmd: x, timeout: soon}
                  - {id: c, when: [d]}
                """))
        .extracting(Problem::property)
        .containsExactly(
            "steps[1].timeout",
            "secrets[0].keyvault",
            "steps[0].retries",
            "steps[2]",
            "steps[2].when[0]");
  }

  @Test
  void shouldNotRepeatItselfAboutStepsThatComeAfterAWrongOne() {
    assertThat(problems("steps: [{id: a}, {id: b, cmd: x, when: [a]}, {cmd: y}]")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps: [{cmd: a, timeot: 5}] | steps[0].timeot | did you mean 'timeout'?",
        "steps: [{cmd: a, workingdirectory: b}] | steps[0].workingdirectory | did you mean"
            + " 'workingDirectory'?",
        "steps: [{cmd: a, volumeMount: {}}] | steps[0].volumeMount | did you mean 'volumeMounts'?",
        "steps: [{cmd: a, secret: b}] | steps[0].secret | {{.Secrets.id}}",
        "timeout: 5 | timeout | stepTimeout",
        "nonsense: 5 | nonsense | has no effect",
        "networks: [{name: a, isdefault: true}] | networks[0].isdefault | did you mean"
            + " 'isDefault'?",
        "secrets: [{id: a, keyvault: b, clientId: c}] | secrets[0].clientId | did you mean"
            + " 'clientID'?",
      })
  void shouldWarnOfUnknownProperties(String text, String property, String hint) {
    assertThat(warnings(text))
        .singleElement()
        .satisfies(warning -> {
          assertThat(warning.property()).isEqualTo(property.strip());
          assertThat(warning.message()).contains(hint.strip());
        });
  }

  @Test
  void shouldLeaveTheAuthorsOwnNamesAlone() {
    assertThat(warnings("x-base: &base {cmd: a}\nsteps: [{<<: *base, x-owner: me}]")).isEmpty();
  }

  @Test
  void shouldNotRepeatAWholeLongValue() {
    assertThat(refused("steps: [{cmd: a, timeout: " + "x".repeat(5000) + "}]").toString())
        .hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps: [{cmd: a}]~steps: [{cmd: b}] | line 2, column 1: steps: stands twice",
        "steps: [{cmd: a, cmd: b}] | line 1, column 18: steps[0].cmd: stands twice",
        "version: v1.1.0~alias: {values: {a: x}}~steps: [{cmd: $a $b}]~alias: {values: {b: y}}"
            + " | line 4, column 1: alias: stands twice; both count",
      })
  void shouldWarnOfWhatStandsTwice(String text, String warning) {
    assertThat(warnings(text.strip().replace('~', '\n')))
        .singleElement()
        .satisfies(found -> assertThat(found.toString()).startsWith(warning.strip()));
  }

  @Test
  void shouldNotWarnOfASecondVersion() {
    assertThat(warnings("version: v1.1.0\nversion: v1.1.0\nsteps: [{cmd: a}]")).isEmpty();
  }

  @Test
  void shouldTakeTheLastOfADoubledKey() {
    assertThat(planned("steps: [{cmd: a, id: one, id: two}]").steps().get(0).id()).isEqualTo("two");
  }
}
