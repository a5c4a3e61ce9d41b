package io.slipway.builder.egress;

import io.slipway.builder.support.Workbench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An agent's engine on the machine of a {@link TestNetwork}, as a program: it prints a line for
 * whom the machine itself, RUN and {@code cmd} reach.
 */
final class EgressProgram {
  private EgressProgram() {}

  public static void main(String[] arguments) throws Exception {
    try (ServerSocket onMachine = listen(InetAddress.getByName(TestNetwork.MACHINE));
        ServerSocket onLoopback = listen(InetAddress.getLoopbackAddress());
        Workbench bench = Workbench.builtin(Path.of(arguments[0]), "runc")) {
      Map<String, String> targets = new LinkedHashMap<>();
      targets.put("host", TestNetwork.HOST + "/80");
      targets.put("metadata", TestNetwork.METADATA + "/80");
      targets.put("machine", TestNetwork.MACHINE + "/" + onMachine.getLocalPort());
      targets.put("loopback", "127.0.0.1/" + onLoopback.getLocalPort());
      // It leads to the machine's loopback if it is let.
      targets.put("gateway", "10.222.0.2/" + onLoopback.getLocalPort());

      for (String name : List.of("host", "metadata")) {
        say("itself", name, answerOf(targets.get(name)));
      }
      List<String> dockerfile = new ArrayList<>(List.of("FROM test.local/base:1"));
      targets.forEach((name, target) -> dockerfile.add("RUN ( " + ask(target) + " ) > /" + name));
      bench.build(dockerfile.toArray(String[]::new));
      for (Map.Entry<String, String> target : targets.entrySet()) {
        say("run", target.getKey(), bench.sh("cat /" + target.getKey()));
        say("cmd", target.getKey(), bench.sh(ask(target.getValue())));
      }
      say("resolver", "of cmd", bench.sh("grep nameserver /etc/resolv.conf"));
    }
  }

  private static void say(String who, String whom, String answer) {
    System.out.println(who + " " + whom + ": " + answer.lines().findFirst().orElse("nothing"));
  }

  private static String ask(String target) {
    return "timeout 3 bash -c 'exec 3<>/dev/tcp/%s && printf \"GET / HTTP/1.0\\r\\n\\r\\n\" >&3 && cat <&3' 2>/dev/null || echo unreachable"
        .formatted(target);
  }

  /** What this process itself hears there, once the server over there listens. */
  private static String answerOf(String target) throws IOException, InterruptedException {
    String[] parts = target.split("/");
    InetSocketAddress address = new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    for (int tried = 0; tried < 100; tried++) {
      try (Socket socket = new Socket()) {
        socket.connect(address, 1000);
        socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException notYet) {
        Thread.sleep(100);
      }
    }
    return "unreachable";
  }

  private static ServerSocket listen(InetAddress address) throws IOException {
    ServerSocket listener = new ServerSocket(0, 5, address);
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              try (Socket socket = listener.accept()) {
                socket.getOutputStream().write("reached\n".getBytes(StandardCharsets.UTF_8));
              }
            }
          } catch (IOException closed) {
            // The program is over.
          }
        });
    return listener;
  }
}
