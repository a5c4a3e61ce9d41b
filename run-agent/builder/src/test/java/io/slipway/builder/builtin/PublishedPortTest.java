package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.PortRange;
import io.slipway.builder.EngineException;
import io.slipway.builder.support.Workbench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PublishedPortTest {
  private static final String SERVE =
      """
      import socket
      server = socket.create_server(('', 7))
      while True:
          peer = server.accept()[0]
          peer.sendall(b'hello')
          peer.close()
      """;

  @TempDir Path folder;

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What the port answers; the server may need a moment to be there. */
  private static String ask(int port) throws Exception {
    for (int left = 100; ; left--) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!said.isEmpty() || left == 0) {
          return said;
        }
      }
      Thread.sleep(100);
    }
  }

  @Test
  void shouldReadWhatDockerTakes() throws Exception {
    assertThat(
            PublishedPort.all(
                List.of("8080:80", "53:5353/udp", "9000", "127.0.0.1:7:8", "127.0.0.1:1-2:3-4"),
                PortRange.NONE))
        .containsExactly(
            new PublishedPort(8080, 80, "tcp"),
            new PublishedPort(53, 5353, "udp"),
            new PublishedPort(9000, 9000, "tcp"),
            new PublishedPort(7, 8, "tcp"),
            new PublishedPort(1, 3, "tcp"),
            new PublishedPort(2, 4, "tcp"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "0", "70000", "8080:80", "9-8", "80/http", ""})
  void rejectsExposedPortsThatAreNone(String text) throws Exception {
    PublishedPort.checkExposed(List.of("8080", "53/udp", "7000-7010/tcp"));

    assertThatThrownBy(() -> PublishedPort.checkExposed(List.of("80", text)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "80:",
        "0:80",
        "8080:70000",
        "1-3:4-5",
        "80:80/sctp",
        "0.0.0.0:80:80",
        "$(id)"
      })
  void shouldRefuseOthersByName(String text) {
    assertThatThrownBy(() -> PublishedPort.all(List.of(text), PortRange.NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Invalid port '" + text + "'");
  }

  @Test
  void shouldLeaveThePlatformsOwnPortsAlone() throws Exception {
    PortRange closed = PortRange.parse("8443-8534");
    assertThat(PublishedPort.all(List.of("8442:80", "8535:8443"), closed)).hasSize(2);
    for (String text : List.of("8443:80", "8534", "8500-8600:1-101/udp", "127.0.0.1:8443:1")) {
      assertThatThrownBy(() -> PublishedPort.all(List.of(text), closed))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("do not publish ports from 8443 to 8534");
    }
    for (String text : List.of("", "8443", "9-8", "0-3", "1-70000", "a-b")) {
      assertThatThrownBy(() -> PortRange.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not a range of ports");
    }
  }

  @Test
  void shouldAnswerOnTheLoopbackUntilTheContainerIsOver() throws Exception {
    int port = freePort();
    try (Workbench bench = Workbench.builtin(folder, BuiltinOptions.in(folder.resolve("engine")))) {
      bench.ports = List.of(port + ":7");
      bench.build("FROM test.local/base:1");
      // No program of the test's own image listens, so this machine's Python is lent.
      bench.mounts = Map.of("/usr", Path.of("/usr"));
      bench.env.put("LD_LIBRARY_PATH", "/usr/lib/x86_64-linux-gnu");
      bench.container(
          "test.local/result:1", List.of("/usr/bin/python3", "-c", SERVE), "server", true);
      assertThat(ask(port)).isEqualTo("hello");
      bench.ports = List.of(port + ":8");
      assertThatThrownBy(() -> bench.sh("true"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("port " + port + "/tcp cannot be published")
          .hasMessageContaining("it is taken");
      bench.run.stop("server", Duration.ofMillis(100));
      bench.run.remove("server", false);
      bench.ports = List.of(port + ":7");
      assertThat(bench.sh("echo free")).isEqualTo("free");
    }
  }

  /** The sandbox ends first, and with it what publishes: nothing of the container may stay. */
  @Test
  void shouldLeaveNoMountsOpenWhenTheRunEndsBeforeTheContainer() throws Exception {
    int port = freePort();
    Set<String> before = openMounts(); // of other tests' runs
    Set<String> during;
    try (Workbench bench = Workbench.builtin(folder, BuiltinOptions.in(folder.resolve("engine")))) {
      bench.ports = List.of(port + ":7");
      bench.build("FROM test.local/base:1");
      bench.mounts = Map.of("/usr", Path.of("/usr"));
      bench.env.put("LD_LIBRARY_PATH", "/usr/lib/x86_64-linux-gnu");
      bench.container(
          "test.local/result:1", List.of("/usr/bin/python3", "-c", SERVE), "server", true);
      assertThat(ask(port)).isEqualTo("hello");
      during = openMounts();
      during.removeAll(before);
      assertThat(during).isNotEmpty();
    }

    // Other tests beside this one close theirs in a moment.
    for (int left = 100; left > 0 && openMounts().stream().anyMatch(during::contains); left--) {
      Thread.sleep(100);
    }
    assertThat(openMounts()).doesNotContainAnyElementsOf(during);
  }

  private static Set<String> openMounts() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(PublishedPortTest::target)
          .filter(target -> target.startsWith("mnt:"))
          .collect(Collectors.toSet());
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }
}
