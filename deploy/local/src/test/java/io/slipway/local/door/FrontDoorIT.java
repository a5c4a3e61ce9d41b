package io.slipway.local.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.slipway.local.machine.LoopbackPorts;
import io.slipway.local.state.LocalCertificates;
import io.slipway.local.state.Ports;
import io.slipway.local.state.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door with real TLS, and small servers in the places of the services behind it. */
class FrontDoorIT {
  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch readerSawFirstLine = new CountDownLatch(1);
  private Ports ports;
  private HttpServer taskApi;
  private FrontDoor door;
  private HttpClient http;

  @BeforeEach
  void open() throws Exception {
    ports = freePorts();
    StateFolder state = new StateFolder(folder.resolve("state"));
    state.create();
    LocalCertificates certificates = new LocalCertificates(state.tls(), InstantSource.system());
    certificates.ensure();
    taskApi = HttpServer.create(new InetSocketAddress(loopback(), ports.taskApi()), 0);
    taskApi.setExecutor(threads);
    taskApi.createContext(
        "/",
        exchange -> {
          try (exchange) {
            long length = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            byte[] said =
                (exchange.getRequestURI() + " " + length).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, said.length);
            exchange.getResponseBody().write(said);
          }
        });
    taskApi.createContext(
        "/limited",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().skipNBytes((4 << 20) + 1);
          }
        });
    taskApi.createContext(
        "/stream",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("first\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            // The rest only comes when the reader has seen the first line: buffering would hang
            // here.
            boolean seen = readerSawFirstLine.await(20, TimeUnit.SECONDS);
            exchange.getResponseBody().write((seen + "\n").getBytes(StandardCharsets.UTF_8));
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });
    taskApi.start();
    door = FrontDoor.open(ports, certificates);
    http = HttpClient.newBuilder().sslContext(trusting(certificates.authority())).build();
  }

  @AfterEach
  void close() {
    door.close();
    taskApi.stop(0);
    threads.shutdownNow();
  }

  @Test
  void shouldPassOnPathAndQueryAsTheyAreButForEmptySegments() throws Exception {
    assertThat(get("/subscriptions//s/x%20y?%24filter=name%20eq%20%27a%27&b=//").body())
        .isEqualTo("/subscriptions/s/x%20y?%24filter=name%20eq%20%27a%27&b=// 0");
  }

  @Test
  void shouldAnswerAtBothNamesOfTheCertificate() throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + ports.frontDoor() + "/x"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSayWhatACloudIs() throws Exception {
    assertThat(get("/cloud.json").body())
        .contains("\"activeDirectory\":\"https://localhost:" + ports.frontDoor() + "/adfs\"")
        .contains("\"acrLoginServerEndpoint\":\".azurecr.localhost\"");
  }

  @Test
  void rejectsCallsBetweenTheServices() throws Exception {
    HttpResponse<String> refused = get("/%69nternal/agents/claims");
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body()).contains("\"code\":\"NotFound\"");
  }

  @Test
  void shouldSayWhoIsDown() throws Exception {
    HttpResponse<String> answer = get("/adfs/discovery/keys");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(answer.body()).contains("ServiceUnavailable", "identity-service");
  }

  @Test
  void shouldPassALargeUploadThrough() throws Exception {
    long size = 100_000_000;
    Path file = folder.resolve("upload");
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(size);
    }
    HttpResponse<String> answer =
        http.send(
            request("/sources.blob.local/upload")
                .PUT(HttpRequest.BodyPublishers.ofFile(file))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.body()).isEqualTo("/sources.blob.local/upload " + size);
  }

  @Test
  void rejectsABodyThatIsLargerThanServicesTake() throws Exception {
    HttpResponse<String> answer =
        http.send(
            request("/subscriptions/s/tasks/t")
                .PUT(HttpRequest.BodyPublishers.ofString("x".repeat(5_000_000)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("RequestEntityTooLarge", "4194304");
  }

  @Test
  void rejectsABodyThatGrowsTooLargeWithoutHavingSaidSo() throws Exception {
    HttpResponse<String> answer =
        http.send(
            request("/limited")
                .PUT(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[6_000_000])))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("RequestEntityTooLarge", "4194304");
  }

  @Test
  void shouldPassOnEachPieceOfAStreamAsItComes() throws Exception {
    HttpResponse<InputStream> answer =
        http.send(request("/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      assertThat(new String(body.readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("first\n");
      readerSawFirstLine.countDown();
      assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("true\n");
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    String address = "https://localhost:" + ports.frontDoor() + path;
    return HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60));
  }

  private static SSLContext trusting(Path authority) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static Ports freePorts() {
    while (true) {
      Ports ports = new Ports(20_000 + ThreadLocalRandom.current().nextInt(200) * 100);
      if (ports.needed(2, true).values().stream().allMatch(LoopbackPorts::isFree)) {
        return ports;
      }
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByName("127.0.0.1");
  }
}
