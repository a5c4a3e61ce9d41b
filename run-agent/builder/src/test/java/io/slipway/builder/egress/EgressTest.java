package io.slipway.builder.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.slipway.builder.EngineRun.NetworkSpec;
import io.slipway.builder.support.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What steps and builds reach: the internet and what is opened, and neither this machine nor the
 * networks around it.
 */
@Timeout(120)
class EgressTest {
  @TempDir static Path folder;

  private static List<String> seen;

  @BeforeAll
  static void runAnAgentInANetworkOfItsOwn() throws Exception {
    Path served = Files.createDirectory(folder.resolve("served"));
    try (TestNetwork network = TestNetwork.open(served)) {
      List<String> command = new ArrayList<>(network.enter());
      Path resolver =
          Files.writeString(
              folder.resolve("resolv.conf"), "nameserver " + TestNetwork.NAME_SERVER + "\n");
      command.addAll(
          List.of(
              "unshare",
              "--mount",
              "sh",
              "-c",
              "mount --bind " + resolver + " /etc/resolv.conf && exec \"$@\"",
              "sh",
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              EgressProgram.class.getName(),
              folder.resolve("agent").toString()));
      Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(program.waitFor()).as(said).isZero();
      seen = said.lines().toList();
    } catch (IOException notHere) {
      System.out.println("EgressTest is skipped: " + notHere.getMessage());
      abort("needs root, iproute2 and python3: " + notHere.getMessage());
    }
  }

  /** Without these answers the tests below could not fail. */
  @Test
  void shouldAnswerTheMachineItself() {
    assertThat(seen).contains("itself host: HTTP/1.0 200 OK", "itself metadata: HTTP/1.0 200 OK");
  }

  @Test
  void shouldReachAnotherHostFromRunAndCmd() {
    assertThat(seen)
        .contains("run host: HTTP/1.0 200 OK", "cmd host: HTTP/1.0 200 OK")
        .contains("resolver of cmd: nameserver 10.222.0.3");
  }

  /** By the machine's own name server, which is in a network that is closed to the step itself. */
  @Test
  void shouldKnowNamesThoughTheNameServerIsInAClosedNetwork() {
    assertThat(seen)
        .contains("run by name: HTTP/1.0 200 OK", "cmd by name: HTTP/1.0 200 OK")
        .contains("run name server: unreachable", "cmd name server: unreachable");
  }

  @Test
  void shouldReachWhatTheSettingOpens() {
    assertThat(seen)
        .contains("itself opened: HTTP/1.0 200 OK", "itself one-port: HTTP/1.0 200 OK")
        .contains("run opened: HTTP/1.0 200 OK", "cmd opened: HTTP/1.0 200 OK")
        .contains("run one-port: HTTP/1.0 200 OK", "cmd one-port: HTTP/1.0 200 OK")
        .contains("add opened: done", "add one-port: done", "add host: done")
        .contains("pull opened: no secure connection", "pull one-port: refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"private 0", "private 1", "private 2", "private 3"})
  void rejectsPrivateNetworks(String target) {
    assertThat(seen)
        .contains("itself " + target + ": HTTP/1.0 200 OK")
        .contains("run " + target + ": unreachable", "cmd " + target + ": unreachable")
        .contains("add " + target + ": refused", "pull " + target + ": refused");
  }

  /** A registry of the internet may say that its tokens, or its blobs, are at such an address. */
  @Test
  void rejectsARegistrysWordThatLeadsToTheMetadataService() {
    assertThat(seen).contains("realm of metadata: refused", "add redirected: refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "machine", "loopback"})
  void rejectsADownloadAndAPullFromThere(String target) {
    assertThat(seen).contains("add " + target + ": refused", "pull " + target + ": refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "machine", "loopback", "gateway"})
  void rejectsThisMachineAndLinkLocalAddresses(String target) {
    assertThat(seen).contains("run " + target + ": unreachable", "cmd " + target + ": unreachable");
  }

  /**
   * What would own git by a flaw of it reaches what a step does, if its server is in the internet.
   */
  @ParameterizedTest
  @ValueSource(strings = {"metadata", "machine", "loopback", "gateway", "private 0"})
  void rejectsThePlacesThatAreClosedToStepsFromPrograms(String target) {
    assertThat(seen)
        .contains("git host: HTTP/1.0 200 OK")
        .contains("git " + target + ": unreachable")
        .contains("git of the machine's network opened: HTTP/1.0 200 OK");
  }

  @Test
  void rejectsContainersOfAnotherNetworkOfTheRun(@TempDir Path own) throws Exception {
    try (Workbench bench = Workbench.builtin(own, "crun")) {
      bench.run.createNetwork(new NetworkSpec("other", "bridge", false));
      bench.build("FROM test.local/base:1");
      bench.network = "other";
      bench.container("test.local/base:1", List.of("sleep", "30"), "server", true);
      assertThat(bench.sh("grep -c server /etc/hosts; " + reach("10.222.2.2")))
          .isEqualTo("1\nrefused");

      bench.network = null;
      assertThat(bench.sh("grep -c server /etc/hosts; " + reach("10.222.2.2")))
          .isEqualTo("0\nunreachable");
    }
  }

  /** Port 9 is closed: whoever gets there is refused, whoever does not finds no route or waits. */
  private static String reach(String host) {
    return "timeout 3 bash -c 'exec 3<>/dev/tcp/%s/9' 2>&1 | grep -q refused && echo refused || echo unreachable"
        .formatted(host);
  }
}
