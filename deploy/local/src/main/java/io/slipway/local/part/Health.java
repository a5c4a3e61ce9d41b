package io.slipway.local.part;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Whether a part is ready to serve. */
public sealed interface Health {

  /** Asks now; a part that does not answer is not ready. */
  boolean ready();

  /**
   * A service of ours says it itself.
   *
   * @param port its port on loopback for this
   * @param page which of its pages of health has to say that all is well
   */
  record Answering(int port, String page) implements Health {
    private static final HttpClient HTTP =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** It can do its work. */
    public static Answering ready(int port) {
      return new Answering(port, "ready");
    }

    /** It has started; what it lacks for its work, it says itself and may yet get. */
    public static Answering started(int port) {
      return new Answering(port, "started");
    }

    @Override
    public boolean ready() {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/" + page))
              .timeout(Duration.ofSeconds(5))
              .build();
      try {
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
      } catch (IOException notYet) {
        return false;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /**
   * Another program takes connections.
   *
   * @param port its port on loopback
   */
  record Listening(int port) implements Health {
    @Override
    public boolean ready() {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
        return true;
      } catch (IOException notYet) {
        return false;
      }
    }
  }
}
