package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.builder.support.Workbench;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What steps reach: another host yes, this machine and link-local addresses no. */
@Timeout(60)
class EgressTest {
  private static final String HOST = "198.18.77.2";
  private static final String SPACE = "slipway-t" + ProcessHandle.current().pid();
  private static Process server;

  @TempDir Path folder;

  /** Another host on this machine: a network namespace with a server in it. */
  @BeforeAll
  static void makeHost() throws Exception {
    boolean can =
        ip("netns", "add", SPACE)
            && ip("link", "add", "slw0", "type", "veth", "peer", "name", "slw1", "netns", SPACE)
            && ip("addr", "add", "198.18.77.1/30", "dev", "slw0")
            && ip("link", "set", "slw0", "up")
            && ip("-n", SPACE, "addr", "add", HOST + "/30", "dev", "slw1")
            && ip("-n", SPACE, "link", "set", "slw1", "up");
    if (!can) {
      System.out.println("EgressTest is skipped: no second host: needs root and iproute2");
    }
    assumeTrue(can, "no second host: needs root and iproute2");
    server =
        new ProcessBuilder(
                "ip", "netns", "exec", SPACE, "python3", "-m", "http.server", "--bind", HOST, "80")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    for (int tried = 0; tried < 100; tried++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(HOST, 80), 200);
        return;
      } catch (java.io.IOException notYet) {
        Thread.sleep(100);
      }
    }
    throw new AssertionError("the second host does not answer");
  }

  @AfterAll
  static void removeHost() throws Exception {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
    ip("link", "del", "slw0");
    ip("netns", "del", SPACE);
  }

  private static boolean ip(String... words) throws Exception {
    try {
      java.util.List<String> command = new java.util.ArrayList<>(List.of("ip"));
      command.addAll(List.of(words));
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (java.io.IOException noProgram) {
      return false;
    }
  }

  private static String ask(String host, int port) {
    return "timeout 3 bash -c 'exec 3<>/dev/tcp/%s/%d && printf \"GET / HTTP/1.0\\r\\n\\r\\n\" >&3 && cat <&3' 2>&1 || echo unreachable"
        .formatted(host, port);
  }

  @Test
  void shouldReachAnotherHostFromRunAndCmd() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "unshare")) {
      bench.build("FROM test.local/base:1", "RUN ( " + ask(HOST, 80) + " ) > /answer");

      assertThat(bench.sh("cat /answer")).startsWith("HTTP/1.0 200");
      assertThat(bench.sh(ask(HOST, 80))).startsWith("HTTP/1.0 200");
      assertThat(bench.sh("cat /etc/resolv.conf")).contains("nameserver 10.222.0.3");
    }
  }

  @Test
  void rejectsThisMachineAndLinkLocalAddresses() throws Exception {
    InetAddress own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(Inet4Address.class::isInstance)
            .filter(address -> !address.isLoopbackAddress())
            .findFirst()
            .orElseThrow();
    try (Workbench bench = Workbench.builtin(folder, "unshare");
        ServerSocket onOwn = new ServerSocket(0, 5, own);
        ServerSocket onLoopback = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      answer(onOwn);
      answer(onLoopback);
      bench.build("FROM test.local/base:1");

      assertThat(bench.sh(ask(own.getHostAddress(), onOwn.getLocalPort()))).contains("unreachable");
      assertThat(bench.sh(ask("127.0.0.1", onLoopback.getLocalPort()))).contains("unreachable");
      // Gateway of the way out: it leads to the machine's loopback if it is let.
      assertThat(bench.sh(ask("10.222.0.2", onLoopback.getLocalPort()))).contains("unreachable");
      assertThat(bench.sh(ask("169.254.169.254", 80))).contains("unreachable");
    }
  }

  @Test
  void rejectsContainersOfAnotherNetworkOfTheRun() throws Exception {
    try (Workbench bench = Workbench.builtin(folder, "unshare")) {
      bench.run.createNetwork(new io.slipway.builder.NetworkSpec("other", "bridge", false));
      bench.build("FROM test.local/base:1");
      bench.network = "other";
      bench.container("test.local/base:1", List.of("sleep", "30"), "server", true);
      assertThat(bench.sh("grep -c server /etc/hosts; " + reach("10.222.1.2")))
          .isEqualTo("1\nrefused");

      bench.network = null;
      assertThat(bench.sh("grep -c server /etc/hosts; " + reach("10.222.1.2")))
          .isEqualTo("0\nunreachable");
    }
  }

  /**
   * Port 9 is closed: who gets there is refused, who does not learns of no route or hears nothing.
   */
  private static String reach(String host) {
    return "timeout 3 bash -c 'exec 3<>/dev/tcp/%s/9' 2>&1 | grep -q refused && echo refused || echo unreachable"
        .formatted(host);
  }

  private static void answer(ServerSocket listener) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              try (Socket socket = listener.accept()) {
                socket.getOutputStream().write("reached".getBytes(StandardCharsets.UTF_8));
              }
            }
          } catch (java.io.IOException closed) {
            // The test is over.
          }
        });
  }
}
