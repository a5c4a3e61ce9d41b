package io.slipway.local.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.RequestDigest;
import io.slipway.contract.RunRequested;
import io.slipway.contract.Topics;
import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks for a run by event: makes the event, has identity-service vouch for it, and sends it. What
 * stands on Kafka of the sender is the assertion, which is good for this one event.
 */
public final class RequestRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Place place;
  private final Sender sender;
  private final InstantSource clock;

  /**
   * Where a platform is.
   *
   * @param identity address of identity-service
   * @param armResource audience of tokens with which it vouches
   * @param kafka what a Kafka client is made with; never logged
   * @param prefix what the names of its topics begin with
   */
  public record Place(URI identity, String armResource, Map<String, Object> kafka, String prefix) {
    @Override
    public String toString() {
      return "Place[" + identity + ", " + bootstrap() + "]";
    }

    Object bootstrap() {
      return kafka.getOrDefault("bootstrap.servers", "");
    }
  }

  /**
   * Who asks.
   *
   * @param secret its secret; never logged
   */
  public record Sender(String clientId, String secret) {
    @Override
    public String toString() {
      return "Sender[" + clientId + "]";
    }
  }

  /** Requests of one sender. */
  public RequestRun(Place place, Sender sender, InstantSource clock) {
    this.place = place;
    this.sender = sender;
    this.clock = clock;
  }

  /**
   * Sends one request.
   *
   * @return the event's id, which an answer names
   * @throws LocalException if it could not be sent
   */
  public String send(RunRequested requested) {
    UUID id = UUID.randomUUID();
    try {
      send(
          requested.registry(),
          requested.headers(id, "/clients/" + sender.clientId(), clock.instant()),
          JSON.writeValueAsBytes(requested));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
    return id.toString();
  }

  /**
   * Sends an event as it is, with an assertion of this sender.
   *
   * @throws LocalException if it could not be sent
   */
  public void send(String key, Map<String, String> event, byte[] data) {
    Map<String, String> headers = new LinkedHashMap<>(event);
    try (IdentityCalls identity = new IdentityCalls(place.identity())) {
      String digest = RequestDigest.of(key, headers, data);
      headers.put(RequestDigest.ASSERTION, assertion(identity, digest));
      publish(key, headers, data);
    } catch (IOException failed) {
      throw new LocalException("The request was not sent: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("The request was not sent: interrupted", interrupted);
    }
  }

  private String assertion(IdentityCalls identity, String digest)
      throws IOException, InterruptedException {
    return identity
        .post(
            "/oauth2/run-requests",
            Map.of("digests", List.of(digest)),
            identity.armToken(sender, place.armResource()))
        .at("/assertions/0")
        .asText();
  }

  private void publish(String key, Map<String, String> headers, byte[] data)
      throws IOException, InterruptedException {
    ProducerRecord<String, byte[]> event =
        new ProducerRecord<>(place.prefix() + Topics.RUN_REQUESTS, key, data);
    headers.forEach(
        (name, text) -> event.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    Map<String, Object> settings = new HashMap<>(place.kafka());
    settings.putAll(
        Map.of(
            "acks",
            "all",
            "max.block.ms",
            LIMIT.toMillis(),
            "delivery.timeout.ms",
            (int) LIMIT.toMillis(),
            "request.timeout.ms",
            (int) LIMIT.toMillis() / 2));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(event).get(2 * LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IOException("Kafka at " + place.bootstrap() + ": " + failed.getMessage(), failed);
    }
  }
}
