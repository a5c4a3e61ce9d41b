package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an HTTP client that fails before it has sent anything. */
class ServiceTokenFailureTest {
  @TempDir Path folder;

  @Test
  void shouldAskAgainAfterTheClientItselfFailed() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "s".repeat(64));
    AtomicInteger calls = new AtomicInteger();
    ServiceToken shared =
        new ServiceToken(
            "http://identity.invalid",
            "slipway-run-agent",
            new ClientSecret(secret),
            (address, fields) ->
                switch (calls.incrementAndGet()) {
                  case 1 -> throw new IllegalStateException("the client is closed");
                  case 2 -> throw new NoClassDefFoundError("io/netty/Gone");
                  default ->
                      CompletableFuture.completedFuture(
                          new ServiceToken.Answer(
                              200, "{\"access_token\":\"one\",\"expires_in\":3600}"));
                },
            Instant::now);

    assertThat(shared.get().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(ServiceTokenException.class)
        .withMessageContaining("the client is closed");
    assertThat(shared.get().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withMessageContaining("io/netty/Gone");
    assertThat(shared.get().toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(20))
        .isEqualTo("one");
  }
}
