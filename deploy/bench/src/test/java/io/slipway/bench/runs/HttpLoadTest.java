package io.slipway.bench.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpLoadTest {

  @Test
  void shouldFindTheRunIdInAnAnswer() throws IOException {
    String body = "{\"name\":\"aa1\",\"properties\":{\"runId\":\"aa1\",\"status\":\"Queued\"}}";

    assertThat(HttpLoad.runId(body.getBytes(UTF_8))).isEqualTo("aa1");
  }

  @Test
  void shouldFailWhenThereIsNoRunId() {
    assertThatThrownBy(() -> HttpLoad.runId("{}".getBytes(UTF_8))).isInstanceOf(IOException.class);
  }

  @Test
  void shouldComeBackOnTheSameConnectionWhenToldTo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform()
          .daemon()
          .start(() ->
              answer(
                  server,
                  "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\n{}",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + "a\r\n{\"runId\":\"\r\n5\r\nab7\"}\r\n0\r\n\r\n"));
      try (HttpLoad load = new HttpLoad(server.getLocalPort(), 1, "x".getBytes(UTF_8))) {
        assertThat(load.send(0)).isEqualTo("ab7");
        assertThat(load.refused()).isEqualTo(1);
      }
    }
  }

  /** Each request is one byte. */
  private static void answer(ServerSocket server, String... answers) {
    try (Socket client = server.accept()) {
      for (String answer : List.of(answers)) {
        client.getInputStream().read();
        client.getOutputStream().write(answer.getBytes(UTF_8));
      }
      client.getInputStream().read();
    } catch (IOException gone) {
      // The test has seen it, too.
    }
  }
}
