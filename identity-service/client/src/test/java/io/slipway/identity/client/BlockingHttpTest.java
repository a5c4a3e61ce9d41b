package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a service at a real address. */
class BlockingHttpTest {
  private HttpServer server;
  private String body = "";
  private Map<String, List<String>> headers = Map.of();
  private BlockingHttp http;

  record Message(String text) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          headers = Map.copyOf(exchange.getRequestHeaders());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    http = new BlockingHttp(new ObjectMapper(), Optional.empty());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private BlockingHttp.Answer answer(String sent) throws Exception {
    body = sent;
    return http.get("http://127.0.0.1:" + server.getAddress().getPort() + "/", "token");
  }

  @Test
  void shouldReadAMessageOfALaterVersion() throws Exception {
    assertThat(answer("{\"text\":\"t\",\"more\":1}").as(Message.class)).isEqualTo(new Message("t"));
  }

  @Test
  void rejectsAnAnswerThatIsNoMessage() throws Exception {
    for (String sent : new String[] {"null", "[]", "\"text\""}) {
      BlockingHttp.Answer answer = answer(sent);
      assertThatThrownBy(() -> answer.as(Message.class)).as(sent).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldReadTheAnswersOfACallThatAskedManyThings() throws Exception {
    List<BlockingHttp.Answer> answers =
        answer(
                """
                {"answers":[{"status":200,"said":{"text":"t"}},
                {"status":503,"retryAfter":2,"error":{"code":"Away","message":"It is away."}},{}]}
                """)
            .each("answers", "said");

    assertThat(answers)
        .extracting(
            BlockingHttp.Answer::status,
            BlockingHttp.Answer::ok,
            BlockingHttp.Answer::retryAfter,
            BlockingHttp.Answer::code,
            BlockingHttp.Answer::message)
        .containsExactly(
            tuple(200, true, Duration.ZERO, "", "HTTP status 200"),
            tuple(503, false, Duration.ofSeconds(2), "Away", "It is away."),
            tuple(0, false, Duration.ZERO, "", "HTTP status 0"));
    assertThat(answers.getFirst().as(Message.class)).isEqualTo(new Message("t"));
    BlockingHttp.Answer none = answer("{}");
    assertThatThrownBy(() -> none.each("answers", "said")).isInstanceOf(IOException.class);
  }

  /** Offering another protocol costs each connection's first call, and HTTP/2 each further one. */
  @Test
  void shouldOfferNoUpgrade() throws Exception {
    answer("{}");

    assertThat(headers).doesNotContainKeys("Upgrade", "Http2-settings");
  }

  /** A service that is stopped in the middle of an answer must not hold its caller for ever. */
  @Test
  @Timeout(60)
  void shouldNotWaitForABodyThatNeverComes() throws Exception {
    try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerByHalf(service));
      String address = "http://127.0.0.1:" + service.getLocalPort() + "/";

      assertThatThrownBy(() -> http.post(address, "token", "asked", Duration.ofSeconds(2)))
          .isInstanceOf(IOException.class)
          .hasMessage("request timed out");
    }
  }

  private static void answerByHalf(ServerSocket service) {
    try (Socket caller = service.accept()) {
      caller
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".getBytes(StandardCharsets.UTF_8));
      long unused = caller.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException over) {
      // The caller went away.
    }
  }
}
