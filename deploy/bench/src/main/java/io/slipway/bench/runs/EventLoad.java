package io.slipway.bench.runs;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.bench.platform.HttpConnection;
import io.slipway.bench.platform.Stage;
import io.slipway.contract.RequestDigest;
import io.slipway.contract.RunRequested;
import io.slipway.contract.Topics;
import io.slipway.infra.KafkaAcls;
import io.slipway.local.part.KafkaAccounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * {@code RunRequested} events, each with the assertion of identity-service that the administrator
 * sends it.
 */
final class EventLoad implements Load {
  private static final int WORKERS = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Stage stage;
  private final List<HttpConnection> identity = new ArrayList<>();
  private final KafkaProducer<String, byte[]> producer;
  private final RunRequested requested;
  private final byte[] body;

  EventLoad(Stage stage, String registry, String task) throws IOException {
    this.stage = stage;
    for (int i = 0; i < WORKERS; i++) {
      identity.add(HttpConnection.open(stage.platform().ports().identity()));
    }
    this.producer =
        new KafkaProducer<>(
            platformClient(stage), new StringSerializer(), new ByteArraySerializer());
    this.requested = new RunRequested(registry, task, Map.of());
    this.body = JSON.writeValueAsBytes(requested);
  }

  private static Map<String, Object> platformClient(Stage stage) {
    Map<String, Object> settings =
        KafkaAccounts.client(stage.platform().state(), KafkaAcls.RUN_REQUESTER);
    settings.putAll(Map.of("acks", "all", "linger.ms", "0"));
    return settings;
  }

  @Override
  public int workers() {
    return WORKERS;
  }

  /** Returns when Kafka has acknowledged the event. */
  @Override
  public String send(int worker) throws IOException, InterruptedException, ExecutionException {
    UUID id = UUID.randomUUID();
    // Without a key they go to all partitions, as those of many registries would.
    ProducerRecord<String, byte[]> event = new ProducerRecord<>(Topics.RUN_REQUESTS, body);
    Map<String, String> headers = requested.headers(id, "/bench", Instant.now());
    headers.put(RequestDigest.ASSERTION, assertion(worker, RequestDigest.of("", headers, body)));
    headers.forEach(
        (name, value) -> event.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    Future<RecordMetadata> sent = producer.send(event);
    sent.get();
    return id.toString();
  }

  private String assertion(int worker, String digest) throws IOException {
    HttpConnection.Answer answer =
        identity
            .get(worker)
            .send(
                HttpConnection.request(
                    "POST",
                    "/oauth2/run-requests",
                    stage.api().token(),
                    "{\"digests\":[\"" + digest + "\"]}"));
    if (answer.status() != 200) {
      throw new IOException("run-requests answered " + answer.status() + " " + answer.text());
    }
    return JSON.readTree(answer.body()).at("/assertions/0").asText();
  }

  @Override
  public int refused() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    producer.close();
    for (HttpConnection connection : identity) {
      connection.close();
    }
  }
}
