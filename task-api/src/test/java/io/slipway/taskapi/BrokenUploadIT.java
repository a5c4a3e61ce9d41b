package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Platform;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Uploads of contexts that break off. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class BrokenUploadIT {
  private static final long COUNTED_ANEW = Duration.ofSeconds(5).toNanos();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** What a registry has is counted every few seconds; what breaks off is taken off at once. */
  @Test
  void shouldNotCountAnUploadThatBrokeOff() throws Exception {
    Fixture fixture = Fixture.of("sourcebroken");
    Api.Answer broken = fixture.api().post(fixture.id() + "/listBuildSourceUploadUrl", null);
    URI uri = uri(broken);
    URI whole = uri(fixture.api().post(fixture.id() + "/listBuildSourceUploadUrl", null));
    byte[] most = new byte[20 << 20];
    long begun = System.nanoTime();
    String head =
        "PUT %s?%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nsome"
            .formatted(uri.getRawPath(), uri.getRawQuery(), most.length);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      Eventually.equal(1, () -> files(broken));
      assertThat(put(whole, most).statusCode()).as("while both are received").isEqualTo(413);
    }
    Eventually.equal(0, () -> files(broken));

    HttpResponse<String> put = put(whole, most);
    while (put.statusCode() == 413 && System.nanoTime() - begun < COUNTED_ANEW) {
      put = put(whole, most);
    }
    assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
  }

  private static URI uri(Api.Answer answer) {
    return URI.create(
        Api.own() + answer.at("/uploadUrl").substring("https://localhost:8443".length()));
  }

  private static int files(Api.Answer answer) {
    String id = answer.at("/relativePath").replaceAll("^.*/|\\.tar\\.gz$", "");
    Path folder = Platform.running().sources().resolve(id);
    String[] names = folder.toFile().list();
    return names == null ? 0 : names.length;
  }

  private static HttpResponse<String> put(URI uri, byte[] body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
