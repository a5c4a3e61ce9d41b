package io.slipway.infra;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * With {@code -Pcontainers}, skips the tests that start real parts where no Docker engine answers,
 * and prints why. JUnit finds it by itself in that profile.
 */
public final class ContainersCondition implements ExecutionCondition {
  private static final String USUAL_HOST = "unix:///var/run/docker.sock";
  private static @Nullable String said;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean wanted = "containers".equals(System.getProperty("slipway.infra"));
    boolean realParts =
        context.getTestClass().filter(test -> test.getSimpleName().endsWith("IT")).isPresent();
    if (!wanted || !realParts) {
      return ConditionEvaluationResult.enabled("needs no container");
    }
    String host = System.getenv().getOrDefault("DOCKER_HOST", USUAL_HOST);
    return obstacle(host)
        .map(ContainersCondition::skip)
        .orElseGet(() -> ConditionEvaluationResult.enabled("a Docker engine answers at " + host));
  }

  private static synchronized ConditionEvaluationResult skip(String reason) {
    if (!reason.equals(said)) {
      said = reason;
      System.out.println("-Pcontainers: tests with real parts are skipped: " + reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  /** Why the engine at an address as in {@code DOCKER_HOST} is of no use; empty if it answers. */
  static Optional<String> obstacle(String host) {
    try (SocketChannel engine = connect(URI.create(host))) {
      engine.write(
          ByteBuffer.wrap(
              "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(15);
      while (answer.hasRemaining() && engine.read(answer) >= 0) {}
      String status = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
      return status.contains(" 200")
          ? Optional.empty()
          : Optional.of("what answers at " + host + " is not a Docker engine");
    } catch (IOException | IllegalArgumentException failed) {
      return Optional.of("no Docker engine answers at " + host + " (" + failed.getMessage() + ")");
    }
  }

  private static SocketChannel connect(URI host) throws IOException {
    if ("unix".equals(host.getScheme())) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      return connected(channel, UnixDomainSocketAddress.of(Path.of(host.getPath())));
    }
    if ("tcp".equals(host.getScheme()) && host.getHost() != null) {
      return connected(SocketChannel.open(), new InetSocketAddress(host.getHost(), host.getPort()));
    }
    throw new IllegalArgumentException("not an address like " + USUAL_HOST);
  }

  private static SocketChannel connected(SocketChannel channel, SocketAddress address)
      throws IOException {
    try {
      channel.connect(address);
      return channel;
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }
}
