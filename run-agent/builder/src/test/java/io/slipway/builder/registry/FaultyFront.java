package io.slipway.builder.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Stands before a real registry and spoils some of its answers. */
final class FaultyFront implements AutoCloseable {
  private static final List<String> HOP =
      List.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "expect");

  /** Decides what happens to a call. */
  interface Fault {
    /** Spoils the call and answers true, or leaves it alone. */
    boolean spoil(HttpExchange exchange) throws IOException;

    /** Changes the body of an answer. */
    default byte[] body(HttpExchange exchange, byte[] body) {
      return body;
    }
  }

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final DockerRegistry behind;
  final List<String> calls = new CopyOnWriteArrayList<>();
  final AtomicReference<Fault> fault = new AtomicReference<>(exchange -> false);

  FaultyFront(DockerRegistry behind) throws IOException {
    this.behind = behind;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::forward);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      if (fault.get().spoil(exchange)) {
        return;
      }
      URI uri = URI.create("http://" + behind.address() + exchange.getRequestURI());
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase())) {
              values.forEach(value -> request.header(name, value));
            }
          });
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      answer
          .headers()
          .map()
          .forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase()) && !name.startsWith(":")) {
              values.forEach(value ->
                  exchange
                      .getResponseHeaders()
                      .add(name, value.replace(behind.address(), address())));
            }
          });
      byte[] body = fault.get().body(exchange, answer.body());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head) {
        answer
            .headers()
            .firstValue("content-length")
            .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
      }
      exchange.sendResponseHeaders(
          answer.statusCode(), head || body.length == 0 ? -1 : body.length);
      if (!head && body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static boolean answer(HttpExchange exchange, int status, String... headers) throws IOException {
    exchange.getRequestBody().readAllBytes();
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
    }
    exchange.sendResponseHeaders(status, -1);
    return true;
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}
