package io.slipway.taskapi.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.identity.client.ClientSecret;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TimeoutException;

/** The real publisher, which can be made to fail for records whose text has a word in it. */
public final class TestPublisher implements AutoCloseable {
  private final Publisher publisher;
  private final AtomicInteger refused = new AtomicInteger();
  private volatile String word = "nothing";

  public TestPublisher(String bootstrap, String prefix) {
    this(Map.of("bootstrap.servers", bootstrap), prefix);
  }

  /** One whose client has these settings. */
  TestPublisher(Map<String, Object> client, String prefix) {
    publisher =
        new Publisher(client, Optional.of(prefix)) {
          @Override
          public Uni<Void> send(
              String topic, String key, Map<String, String> headers, byte[] value) {
            if (new String(value, StandardCharsets.UTF_8).contains(word)) {
              refused.incrementAndGet();
              return Uni.createFrom().failure(new TimeoutException("as if the broker was slow"));
            }
            return super.send(topic, key, headers, value);
          }
        };
  }

  /** How events become records. */
  public static EventCodec codec(ObjectMapper json) {
    return new EventCodec(json, keys());
  }

  /** Keys of a service whose secret file is missing: enough where nothing is signed. */
  public static EventKeys keys() {
    return new EventKeys(new ClientSecret(Path.of("missing")));
  }

  public Publisher publisher() {
    return publisher;
  }

  /** Records with this word fail from now on; all do if it is empty. */
  public void refuse(String word) {
    this.word = word;
  }

  /** How many have failed. */
  public int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    publisher.close();
  }
}
