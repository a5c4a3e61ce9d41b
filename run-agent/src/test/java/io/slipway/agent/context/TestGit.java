package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Real git repositories, served on loopback by git's own smart HTTP program. */
final class TestGit implements AutoCloseable {
  private final Path folder;
  private final HttpServer server;

  /** What came, as {@code path authorization}. */
  final List<String> seen = new CopyOnWriteArrayList<>();

  /** Password that is asked for; none is if it is empty. */
  volatile String password = "";

  TestGit(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder).toRealPath();
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            serve(exchange);
          }
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String at(String path) {
    return at("", path);
  }

  String at(String userInfo, String path) {
    return "http://" + userInfo + "127.0.0.1:" + port() + "/" + path;
  }

  HttpServer server() {
    return server;
  }

  /** An empty work tree whose pushes go to a new bare repository. */
  Path repository(String name, String branch) throws Exception {
    git(folder, "init", "-q", "--bare", "-b", branch, name);
    git(folder.resolve(name), "config", "uploadpack.allowFilter", "true");
    Path work = Files.createDirectories(folder.resolveSibling("work-" + name));
    git(work, "init", "-q", "-b", branch);
    git(work, "config", "user.name", "t");
    git(work, "config", "user.email", "t@localhost");
    git(work, "remote", "add", "origin", folder.resolve(name).toString());
    return work;
  }

  static void write(Path work, String path, String content) throws Exception {
    Path file = work.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  static String commit(Path work) throws Exception {
    git(work, "add", "-A");
    git(work, "commit", "-qm", "change");
    return git(work, "rev-parse", "HEAD").strip();
  }

  static void push(Path work, String refspec) throws Exception {
    git(work, "push", "-q", "origin", refspec);
  }

  static String git(Path folder, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    seen.add(exchange.getRequestURI().getPath() + " " + authorization);
    if (!password.isEmpty() && !opens(authorization)) {
      exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
      exchange.sendResponseHeaders(401, -1);
      return;
    }
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    builder.environment().putAll(cgi(exchange));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process backend = builder.start();
    try (InputStream answer = backend.getInputStream()) {
      try (OutputStream request = backend.getOutputStream()) {
        exchange.getRequestBody().transferTo(request);
      }
      int status = 200;
      for (String line = line(answer); !line.isEmpty(); line = line(answer)) {
        String[] header = line.split(":\\s*", 2);
        if (header[0].equals("Status")) {
          status = Integer.parseInt(header[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(header[0], header[1]);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      answer.transferTo(exchange.getResponseBody());
    } finally {
      backend.destroy();
    }
  }

  private boolean opens(String authorization) {
    return authorization != null
        && new String(
                Base64.getDecoder().decode(authorization.substring("Basic ".length())),
                StandardCharsets.UTF_8)
            .endsWith(":" + password);
  }

  private Map<String, String> cgi(HttpExchange exchange) {
    Map<String, String> cgi = new HashMap<>();
    cgi.put("GIT_PROJECT_ROOT", folder.toString());
    cgi.put("GIT_HTTP_EXPORT_ALL", "1");
    cgi.put("PATH_INFO", exchange.getRequestURI().getPath());
    cgi.put("QUERY_STRING", String.valueOf(exchange.getRequestURI().getRawQuery()));
    cgi.put("REQUEST_METHOD", exchange.getRequestMethod());
    cgi.put("REMOTE_ADDR", "127.0.0.1");
    Map.of(
            "CONTENT_TYPE", "Content-Type",
            "HTTP_CONTENT_ENCODING", "Content-Encoding",
            "GIT_PROTOCOL", "Git-Protocol")
        .forEach((name, header) -> {
          String value = exchange.getRequestHeaders().getFirst(header);
          if (value != null) {
            cgi.put(name, value);
          }
        });
    return cgi;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
      line.append((char) read);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
