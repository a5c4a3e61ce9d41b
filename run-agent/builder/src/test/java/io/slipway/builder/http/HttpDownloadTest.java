package io.slipway.builder.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.slipway.builder.EngineException;
import io.slipway.identity.client.egress.EgressPolicy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses {@code ADD} may ask. The server would answer at each of them. */
class HttpDownloadTest {
  @TempDir Path folder;

  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'o', 'k'});
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void fetch(String host, String... opened) throws Exception {
    URI address = URI.create("http://" + host + ":" + server.getAddress().getPort() + "/x");
    new HttpDownload(EgressPolicy.of("slipway.agent.open-networks", List.of(opened)))
        .fetch(address, folder.resolve("x"));
  }

  @Test
  void shouldFetchFromThisMachineWhereThatIsAllowed() throws Exception {
    fetch("127.0.0.1", "127.0.0.1");

    assertThat(folder.resolve("x")).hasContent("ok");
  }

  @Test
  void rejectsThisMachineOtherwise() {
    assertThatThrownBy(() -> fetch("127.0.0.1"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("slipway.agent.open-networks=127.0.0.1:");
    assertThat(asked).hasValue(0);
  }

  /** Unspecified addresses stand for the link-local ones, which are refused for the same reason. */
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "[::]"})
  void rejectsAddressesOfNoHostWhateverIsAllowed(String host) {
    assertThatThrownBy(() -> fetch(host, "127.0.0.0/8", "::1"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is not the address of a host");
    assertThat(asked).hasValue(0);
  }

  /** What a server answers is a stranger's: it fails the step, not the agent. */
  @ParameterizedTest
  @ValueSource(strings = {"http://not an address/", "http://127.0.0.1:70000/", "ftp://127.0.0.1/"})
  void rejectsRedirectsToWhatIsNotAnAddress(String location) {
    server.createContext(
        "/x",
        exchange -> {
          exchange.getResponseHeaders().set("Location", location);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });

    assertThatThrownBy(() -> fetch("127.0.0.1", "127.0.0.1"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("ADD");
  }

  @Test
  void rejectsARedirectToAnAddressOfNoHost() {
    server.createContext(
        "/x",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://0.0.0.0:1/");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });

    assertThatThrownBy(() -> fetch("127.0.0.1", "127.0.0.1"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is not the address of a host");
  }

  /** The first host is open; what it redirects to is asked about anew. */
  @Test
  void rejectsARedirectToWhatIsNotOpen() {
    server.createContext(
        "/x",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://localhost:1/");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });

    assertThatThrownBy(() -> fetch("127.0.0.1", "127.0.0.1:" + server.getAddress().getPort()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("localhost")
        .hasMessageContaining("closed to users");
  }
}
