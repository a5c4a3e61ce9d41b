package io.slipway.local.part;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves the git repositories of one folder over git's smart HTTP, on loopback, for reading only.
 * The protocol is git's own program {@code git http-backend}; this only speaks CGI with it.
 */
public final class GitServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;

  private GitServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /** Opens it; the folder may still be empty. */
  public static GitServer open(Path folder, int port) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              serve(folder, exchange);
            }
          });
      server.start();
      return new GitServer(server, threads);
    } catch (IOException failed) {
      throw new LocalException("git server: " + failed.getMessage(), failed);
    }
  }

  /** Port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private static void serve(Path folder, HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().contains("..")) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    builder.environment().putAll(cgi(folder, exchange));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process backend = builder.start();
    try (InputStream answer = backend.getInputStream()) {
      try (OutputStream request = backend.getOutputStream()) {
        exchange.getRequestBody().transferTo(request);
      }
      int status = 200;
      for (String line = line(answer); !line.isEmpty(); line = line(answer)) {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(colon, 0));
        String value = line.substring(colon + 1).strip();
        if (name.equalsIgnoreCase("Status")) {
          status = Integer.parseInt(value.substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(name, value);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      answer.transferTo(exchange.getResponseBody());
    } finally {
      backend.destroy();
    }
  }

  private static Map<String, String> cgi(Path folder, HttpExchange exchange) {
    return Map.of(
        "GIT_PROJECT_ROOT", folder.toString(),
        "GIT_HTTP_EXPORT_ALL", "1",
        "PATH_INFO", exchange.getRequestURI().getPath(),
        "QUERY_STRING", nonNull(exchange.getRequestURI().getRawQuery()),
        "REQUEST_METHOD", exchange.getRequestMethod().toUpperCase(Locale.ROOT),
        "CONTENT_TYPE", nonNull(exchange.getRequestHeaders().getFirst("Content-Type")),
        "HTTP_CONTENT_ENCODING", nonNull(exchange.getRequestHeaders().getFirst("Content-Encoding")),
        "GIT_PROTOCOL", nonNull(exchange.getRequestHeaders().getFirst("Git-Protocol")),
        "REMOTE_ADDR", "127.0.0.1");
  }

  private static String nonNull(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
      line.append((char) read);
    }
    return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
        .stripTrailing();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
