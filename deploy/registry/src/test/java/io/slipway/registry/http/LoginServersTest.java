package io.slipway.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.registry.RegistryConfig;
import io.slipway.registry.notify.Notifications;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoginServersTest {
  @TempDir Path folder;

  @Test
  void shouldOpenTheOthersWhileOnePortIsTaken() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      LoginServers before = servers(vertx);
      int first = port(before.open("first"));
      int second = port(before.open("second"));
      before.stop(new ShutdownEvent());
      awaitFree(first);
      awaitFree(second);

      ServerSocket squatter = new ServerSocket(first, 1, InetAddress.getLoopbackAddress());
      LoginServers after = servers(vertx);
      after.start(new StartupEvent());

      assertThat(answers(second)).isTrue();
      squatter.close();
      while (!answers(first)) {
        Thread.sleep(20);
      }
      after.stop(new ShutdownEvent());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  @Test
  void shouldDeleteNoContentBecauseTheListOfRegistriesIsLost() throws Exception {
    Path blob = folder.resolve("registries/first/app/_blobs/x");
    Files.createDirectories(blob.getParent());
    Files.writeString(blob, "x");
    Vertx vertx = Vertx.vertx();
    try {
      LoginServers servers = servers(vertx);

      assertThatThrownBy(() -> servers.open("first"))
          .hasMessageContaining("login-servers.properties is missing")
          .hasMessageContaining("registries/first");
      assertThat(blob).exists();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  private LoginServers servers(Vertx vertx) throws IOException {
    RegistryConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(RegistryConfig.class)
            .withSources(
                new PropertiesConfigSource(
                    Map.of(
                        "slipway.issuer", "https://issuer.test",
                        "slipway.identity-url", "http://127.0.0.1:1",
                        "slipway.registry.mode", "platform",
                        "slipway.registry.data-dir", folder.toString(),
                        "slipway.registry.ports", "28600-28619"),
                    "test",
                    100))
            .build()
            .getConfigMapping(RegistryConfig.class);
    InstantSource clock = InstantSource.system();
    return new LoginServers(
        vertx,
        config,
        new Notifications(config, clock),
        new BlockingHttp(new ObjectMapper(), Optional.empty()),
        null,
        clock);
  }

  private static int port(String loginServer) {
    return Integer.parseInt(loginServer.substring(loginServer.indexOf(':') + 1));
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write("GET /v2/ HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() == 'H';
    } catch (IOException refused) {
      return false;
    }
  }

  private static void awaitFree(int port) throws InterruptedException {
    while (answers(port)) {
      Thread.sleep(20);
    }
  }
}
