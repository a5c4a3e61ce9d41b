package io.slipway.builder.egress;

import com.sun.net.httpserver.HttpServer;
import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.EngineException;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.http.HttpDownload;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.support.Workbench;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An agent's engine on the machine of a {@link TestNetwork}, as a program: it prints a line for
 * whom the machine itself, RUN, {@code cmd}, ADD and pulls reach.
 */
final class EgressProgram {
  private EgressProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    EgressPolicy egress =
        EgressPolicy.of(
            "slipway.agent.open-networks",
            List.of(TestNetwork.OPENED + "/32", TestNetwork.ONE_PORT + ":80"));
    BuiltinOptions.Allowed allowed =
        new BuiltinOptions.Allowed(false, false, egress, false, BuiltinOptions.PortRange.NONE);
    BuiltinOptions options =
        BuiltinOptions.in(folder.resolve("engine"))
            .withLaunchers(List.of("runc"))
            .allowing(allowed);
    try (ServerSocket onMachine = listen(InetAddress.getByName(TestNetwork.MACHINE));
        ServerSocket onLoopback = listen(InetAddress.getLoopbackAddress());
        Workbench bench = Workbench.builtin(folder, options)) {
      Map<String, String> targets = new LinkedHashMap<>();
      targets.put("host", TestNetwork.HOST + "/80");
      targets.put("metadata", TestNetwork.METADATA + "/80");
      targets.put("opened", TestNetwork.OPENED + "/80");
      targets.put("one-port", TestNetwork.ONE_PORT + "/80");
      for (int i = 0; i < TestNetwork.PRIVATE.size(); i++) {
        targets.put("private " + i, TestNetwork.PRIVATE.get(i) + "/80");
      }
      for (Map.Entry<String, String> target : targets.entrySet()) {
        say("itself", target.getKey(), answerOf(target.getValue()));
      }
      targets.put("machine", TestNetwork.MACHINE + "/" + onMachine.getLocalPort());
      targets.put("loopback", "127.0.0.1/" + onLoopback.getLocalPort());
      for (Map.Entry<String, String> target : targets.entrySet()) {
        add(egress, target.getKey(), target.getValue().replace('/', ':'));
        // Of the one with an open port, another one.
        int port = target.getKey().equals("one-port") ? 443 : 80;
        say("pull", target.getKey(), pull(egress, target.getValue().split("/")[0] + ":" + port));
      }
      try (Lure lure = new Lure(TestNetwork.MACHINE, "http://" + TestNetwork.METADATA + "/x")) {
        EgressPolicy open = egress.opening(List.of(lure.address()));
        add(open, "redirected", lure.address());
      }
      try (Lure lure = new Lure("127.0.0.1", "https://" + TestNetwork.METADATA + "/token")) {
        try (ConnectionPool pool =
            ConnectionPool.builder().egress(egress).plainHttp(lure.address()).build()) {
          say("realm", "of metadata", pull(pool, lure.address()));
        }
      }
      // It leads to the machine's loopback if it is let.
      targets.put("gateway", "10.222.0.2/" + onLoopback.getLocalPort());
      targets.put("name server", TestNetwork.NAME_SERVER + "/80");
      targets.put("by name", "somewhere.example/80");

      List<String> dockerfile = new ArrayList<>(List.of("FROM test.local/base:1"));
      StringBuilder asks = new StringBuilder();
      targets.forEach((name, target) ->
          asks.append("( ").append(ask(target)).append(" ) > '/").append(name).append("' & "));
      dockerfile.add("RUN " + asks + "wait");
      bench.build(dockerfile.toArray(String[]::new));
      String first = "cd /; for each in %s; do read -r line < \"$each\"; echo \"$line\"; done";
      String all = first.formatted("'" + String.join("' '", targets.keySet()) + "'");
      String inRun = bench.sh(all);
      String inCmd = bench.sh(asks + "wait; " + all);
      int line = 0;
      for (String name : targets.keySet()) {
        say("run", name, inRun.lines().skip(line).findFirst().orElse("nothing"));
        say("cmd", name, inCmd.lines().skip(line++).findFirst().orElse("nothing"));
      }
      Path context = Files.createDirectory(folder.resolve("program")).toRealPath();
      for (boolean internet : new boolean[] {true, false}) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        String who = internet ? "git" : "git of the machine's network";
        int unused =
            bench.run.isolate(
                new MachineProgram(
                    List.of("sh", "-c", asks.toString().replace(" > '", " > './") + "wait"),
                    Map.of(),
                    context,
                    List.of(),
                    internet,
                    () -> {}),
                printed::write);
        for (String name : targets.keySet()) {
          say(who, name, Files.readString(context.resolve(name)));
        }
      }
      say("resolver", "of cmd", bench.sh("grep nameserver /etc/resolv.conf"));
    }
  }

  private static void add(EgressPolicy egress, String name, String hostAndPort) throws Exception {
    Path file = Files.createTempFile("add", "");
    try {
      Instant unused =
          new HttpDownload(egress).fetch(URI.create("http://" + hostAndPort + "/"), file);
      say("add", name, "done");
    } catch (EngineException failed) {
      say("add", name, meaning(failed));
    } finally {
      Files.delete(file);
    }
  }

  private static String pull(EgressPolicy egress, String registry) throws Exception {
    try (ConnectionPool pool = ConnectionPool.builder().egress(egress).build()) {
      return pull(pool, registry);
    }
  }

  private static String pull(ConnectionPool pool, String registry) throws Exception {
    try {
      return pool.access(CredentialSource.none()).exists(ImageReference.of(registry + "/a:1"))
          ? "found"
          : "not found";
    } catch (RegistryCallException failed) {
      return meaning(failed);
    }
  }

  private static String meaning(Exception failed) {
    String message = String.valueOf(failed.getMessage());
    if (message.contains("is closed to users; slipway.agent.open-networks=")) {
      return "refused";
    }
    return message.contains("no secure connection") ? "no secure connection" : message;
  }

  /** A server that leads to another address: by a redirect, or as a registry by its challenge. */
  private static final class Lure implements AutoCloseable {
    private final HttpServer server;

    Lure(String on, String to) throws IOException {
      server = HttpServer.create(new InetSocketAddress(on, 0), 0);
      server.createContext(
          "/",
          exchange -> {
            boolean registry = exchange.getRequestURI().getPath().startsWith("/v2/");
            exchange.getResponseHeaders().set("Location", to);
            exchange
                .getResponseHeaders()
                .set("WWW-Authenticate", "Bearer realm=\"" + to + "\",service=\"lure\"");
            exchange.sendResponseHeaders(registry ? 401 : 302, -1);
            exchange.close();
          });
      server.start();
    }

    String address() {
      return server.getAddress().getAddress().getHostAddress()
          + ":"
          + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
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
