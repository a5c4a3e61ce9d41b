package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The platform on what the demo installs and nothing more, where a metadata service answers the
 * machine, but no run.
 */
@Order(20)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the bare machine") // has its own tests wait for one another
class BareMachineIT {
  private static BareMachine machine;
  private static Path folder;

  @BeforeAll
  static void startAPlatform() throws IOException {
    folder = Platform.freshFolder("bare-machine");
    try {
      machine = BareMachine.open(folder.resolve("state"));
    } catch (IOException notHere) {
      System.out.println("BareMachineIT is skipped: " + notHere.getMessage());
      abort("only root can make the machine: " + notHere.getMessage());
    }
    machine.slipway("up", "--detach", "--agents", "1").succeeded();
    az("group", "create", "--name", Cast.GROUP, "--location", "local").succeeded();
    az("acr", "create", "--resource-group", Cast.GROUP, "--name", Cast.REGISTRY, "--sku", "Basic")
        .succeeded();
    machine.slipway("samples", "shell").succeeded();
  }

  @AfterAll
  static void endIt() {
    if (machine != null) {
      machine.close();
    }
  }

  private static Command.Result az(String... words) {
    return machine.slipway("az", words);
  }

  private static Command.Result runFile(String name, String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".yaml"), Workshop.file(yaml));
    return az("acr", "run", "--registry", Cast.REGISTRY, "--file", file.toString(), "/dev/null");
  }

  /** Without this the tests below would show nothing. */
  @Test
  void shouldHaveNoOtherSandbox() {
    assertThat(machine.slipway("doctor").all())
        .containsPattern("works +launcher crun ")
        .containsPattern("missing +launcher runc +not installed");
  }

  @Test
  void shouldRunACommandAsTheQuickStartDoes() {
    assertThat(
            az(
                    "acr",
                    "run",
                    "--registry",
                    Cast.REGISTRY,
                    "--cmd",
                    "$Registry/base/shell:1 echo quick",
                    "/dev/null")
                .succeeded()
                .all()
                .lines())
        .contains("quick")
        .anyMatch(line -> line.contains("was successful after"));
  }

  @Test
  void shouldRunStepsWhateverTheyAreCalled() throws IOException {
    String longest = "a.dot-and_" + "x".repeat(118);
    Command.Result result =
        runFile(
            "names",
            """
            steps:
              - cmd: $Registry/base/shell:1 sh -c 'echo first on $(hostname)'
              - id: with_underscore
                cmd: $Registry/base/shell:1 sh -c 'echo second on $(hostname)'
              - id: %s
                cmd: $Registry/base/shell:1 sh -c 'echo third on $(hostname)'
            """
                .formatted(longest));

    assertThat(result.succeeded().all())
        .contains("first on acb-step-0", "second on with-underscore")
        .contains("third on a-dot-and-" + "x".repeat(53));
  }

  @Test
  void rejectsTheMetadataServiceThatTheMachineReaches() throws IOException {
    String ask =
        "timeout 5 bash -c \"exec 3<>/dev/tcp/%s/80 && (echo GET / HTTP/1.0; echo) >&3 && cat <&3\" 2>/dev/null"
            .formatted(BareMachine.METADATA);
    assertThat(machine.sh(ask).out()).contains("<html");

    Command.Result steps =
        runFile(
            "ask",
            """
            steps:
              - cmd: $Registry/base/shell:1 bash -c '%1$s; echo cmd tried'
              - cmd: $Registry/base/shell:1 bash -c 'printf "%%s\\n" "FROM $Registry/base/shell:1" "RUN $ASK; echo RUN tried" > Dockerfile'
                env: ['ASK=%1$s']
              - build: --no-cache -t asked:1 .
            """
                .formatted(ask));

    assertThat(steps.succeeded().all())
        .contains("cmd tried", "RUN tried")
        .doesNotContain("<html", "Directory listing");
  }

  @Test
  void rejectsContextsAndFilesOfTheMetadataService() throws IOException {
    String address = "http://" + BareMachine.METADATA + "/latest/meta-data";
    Command.Result context =
        runFile("context", "steps:\n  - build: -t x:1 " + address + "\n").failed();
    Command.Result file =
        runFile(
                "add",
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'echo "FROM scratch" > Dockerfile; echo "ADD %s /x" >> Dockerfile'
                  - build: -t x:1 .
                """
                    .formatted(address))
            .failed();

    String refused =
        BareMachine.METADATA + " is link-local, as a cloud's metadata service is, which is closed";
    assertThat(context.all()).contains("contexts from there are not allowed: " + refused);
    assertThat(file.all()).contains("ADD " + address + ": " + refused);
  }
}
