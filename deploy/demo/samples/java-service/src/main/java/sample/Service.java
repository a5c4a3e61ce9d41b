package sample;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers {@code GET /1987} with {@code MCMLXXXVII}. */
public final class Service {
  private Service() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      System.out.println("service " + Service.class.getPackage().getImplementationVersion());
      return;
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = answer(exchange.getRequestURI().getPath().substring(1));
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  private static byte[] answer(String path) {
    return (Roman.write(Integer.parseInt(path)) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
