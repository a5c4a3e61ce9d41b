package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.slipway.agent.log.RunLog;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts from real git servers, one of which asks for a password. */
class FetchContextTest {
  private static final String TOKEN = "t0ken-for-git-77f1";
  @TempDir private Path folder;
  private ContextBench bench;
  private final List<HttpServer> servers = new ArrayList<>();
  private Path served;
  private RunLog log;

  @BeforeEach
  void repository() throws Exception {
    Path work = Files.createDirectories(folder.resolve("work"));
    Files.writeString(work.resolve("Dockerfile"), "FROM scratch\n");
    git(work, "init", "-q", "-b", "main");
    git(work, "add", ".");
    git(work, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "one");
    served = Files.createDirectories(folder.resolve("served"));
    git(work, "clone", "-q", "--bare", work.toString(), served.resolve("app.git").toString());
    git(served.resolve("app.git"), "update-server-info");
    bench = new ContextBench(folder);
    log = bench.log;
  }

  @AfterEach
  void stop() {
    bench.close();
    servers.forEach(server -> server.stop(0));
  }

  private HttpServer serve(HttpHandler handler) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.start();
    servers.add(server);
    return server;
  }

  private HttpServer files() throws Exception {
    return serve(SimpleFileServer.createFileHandler(served.toRealPath()));
  }

  private static String at(HttpServer server, String userInfo) {
    return "http://" + userInfo + "127.0.0.1:" + server.getAddress().getPort() + "/app.git";
  }

  private FetchedContext fetch(String address, boolean loopback) throws Exception {
    return bench
        .fetcher(ContextBench.LIMITS, loopback)
        .fetch(address, bench.workspace, "build-1", bench.access());
  }

  @Test
  void shouldLogInWithATokenThatNobodySees() throws Exception {
    HttpServer server = files();
    server
        .createContext(
            "/app.git", SimpleFileServer.createFileHandler(served.resolve("app.git").toRealPath()))
        .setAuthenticator(
            new BasicAuthenticator("git") {
              @Override
              public boolean checkCredentials(String user, String password) {
                return user.equals(TOKEN) || password.equals(TOKEN);
              }
            });
    List<String> arguments = new CopyOnWriteArrayList<>();
    Thread watcher = Thread.ofVirtual().start(() -> watch(arguments));

    FetchedContext context = fetch(at(server, TOKEN + "@") + "#main", true);
    watcher.interrupt();
    watcher.join();
    log.output("token " + TOKEN);
    log.endOutput();
    log.flush();

    assertThat(context.folder().resolve("Dockerfile")).exists();
    assertThat(arguments).isNotEmpty().noneMatch(line -> line.contains(TOKEN));
    assertThat(bench.log()).contains("token ***").doesNotContain(TOKEN);
    try (var left = Files.walk(bench.workspace)) {
      assertThat(left.filter(Files::isRegularFile)).noneMatch(file -> read(file).contains(TOKEN));
    }
  }

  @Test
  void rejectsTheWrongToken() throws Exception {
    HttpServer server = files();
    server
        .createContext(
            "/app.git", SimpleFileServer.createFileHandler(served.resolve("app.git").toRealPath()))
        .setAuthenticator(
            new BasicAuthenticator("git") {
              @Override
              public boolean checkCredentials(String user, String password) {
                return false;
              }
            });

    assertThatThrownBy(() -> fetch(at(server, "u:" + TOKEN + "@"), true))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("failed to download context");
    log.flush();
    assertThat(bench.log()).doesNotContain(TOKEN);
  }

  @Test
  void shouldFollowARedirectToAnAllowedHost() throws Exception {
    HttpServer real = files();
    HttpServer moved = redirectTo(at(real, "") + "/info/refs?service=git-upload-pack");

    assertThat(fetch(at(moved, ""), true).folder().resolve("Dockerfile")).exists();
  }

  @Test
  void rejectsARedirectToAnAddressOfNoHost() throws Exception {
    // The machine itself answers there; it is refused for the same reason as link-local addresses.
    String inner = at(files(), "").replace("127.0.0.1", "0.0.0.0");
    HttpServer lure = redirectTo(inner + "/info/refs?service=git-upload-pack");

    assertThatThrownBy(() -> fetch(at(lure, ""), true))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("0.0.0.0");
  }

  @Test
  void rejectsTheOwnMachineUnlessItIsAllowed() throws Exception {
    HttpServer server = files();

    assertThatThrownBy(() -> fetch(at(server, ""), false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("slipway.agent.open-networks=127.0.0.1:");
    assertThatThrownBy(() -> fetch("git@127.0.0.1:a/b.git", false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("slipway.agent.open-networks=127.0.0.1:");
  }

  private HttpServer redirectTo(String location) throws Exception {
    return serve(exchange -> {
      exchange.getResponseHeaders().add("Location", location);
      exchange.sendResponseHeaders(301, -1);
      exchange.close();
    });
  }

  private static void watch(List<String> arguments) {
    while (!Thread.currentThread().isInterrupted()) {
      ProcessHandle.current()
          .descendants()
          .forEach(process -> arguments.add(read(Path.of("/proc/" + process.pid() + "/cmdline"))));
      Thread.onSpinWait();
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  private static void git(Path folder, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }
}
