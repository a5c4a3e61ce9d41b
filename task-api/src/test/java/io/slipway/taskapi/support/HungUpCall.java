package io.slipway.taskapi.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;

/** A call of an agent that does not wait for the answer. */
public final class HungUpCall {
  private final URI own = URI.create(Api.own());
  private final Socket socket;

  /** Sends the call. */
  HungUpCall(String path, String body) {
    String json = body.replace('\'', '"');
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s";
    try {
      socket = new Socket(own.getHost(), own.getPort());
      socket
          .getOutputStream()
          .write(
              head.formatted(
                      path,
                      own.getAuthority(),
                      Tokens.service("slipway-run-agent"),
                      json.length(),
                      json)
                  .getBytes(StandardCharsets.US_ASCII));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Closes the connection, and waits until the service has closed its end. */
  public void hangUp() throws IOException {
    String ends =
        ":%04X [0-9A-F]+:%04X ".formatted(own.getPort(), socket.getLocalPort()); // local, remote
    socket.close();
    Eventually.holds(() -> Assertions.assertThat(connections()).doesNotContainPattern(ends));
  }

  private static String connections() {
    try {
      return Files.readString(Path.of("/proc/net/tcp"))
          + Files.readString(Path.of("/proc/net/tcp6"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
