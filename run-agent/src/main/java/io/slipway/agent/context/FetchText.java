package io.slipway.agent.context;

import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.taskfile.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gets small texts at addresses that a task names, from hosts that contexts may come from. */
@ApplicationScoped
public class FetchText {
  private static final int LARGEST = 1 << 20;

  private final CheckedHttp<Refusal> http;

  @Inject
  FetchText(ContextHosts hosts, AgentConfig config) throws IOException {
    this.http =
        new CheckedHttp<>(hosts.egress(), config.caFile().stream().toList(), ContextHosts::refusal);
  }

  /**
   * Gets a text.
   *
   * @throws IOException if it does not come in time, or is longer than 1 MiB; the message says why
   */
  public String get(String address, Duration limit) throws IOException {
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("it is not a valid address", malformed);
    }
    ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Future<String> text = thread.submit(() -> http.get(uri, Map.of(), FetchText::text));
      return text.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + limit.toSeconds() + " s", late);
    } catch (ExecutionException failed) {
      throw cause(failed);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IOException("the run ended", ended);
    } finally {
      thread.shutdownNow();
    }
  }

  private static IOException cause(ExecutionException failed) {
    return switch (failed.getCause()) {
      case IOException network -> network;
      case Refusal refused -> new IOException(refused.getMessage(), refused);
      case RuntimeException broken -> throw broken;
      case null, default -> new IOException(failed.getCause());
    };
  }

  private static String text(CheckedHttp.Answer answer) throws IOException {
    byte[] bytes = answer.body().readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw new IOException("it is longer than 1 MiB");
    }
    if (answer.status() > 299) {
      throw new IOException("HTTP status " + answer.status());
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
