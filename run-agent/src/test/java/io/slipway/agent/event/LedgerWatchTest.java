package io.slipway.agent.event;

import io.slipway.agent.TestAgentConfig;
import io.slipway.agent.TestQueue;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerWatchTest {
  @TempDir private Path folder;

  @Test
  void shouldGoOnAfterAnError() throws Exception {
    AtomicInteger clients = new AtomicInteger();
    LedgerWatch watch =
        new LedgerWatch(
            Map.of("bootstrap.servers", "127.0.0.1:1"),
            TestAgentConfig.of(folder, "http://127.0.0.1:1", Map.of())) {
          @Override
          KafkaConsumer<byte[], byte[]> consumer() {
            if (clients.getAndIncrement() == 0) {
              throw new NoClassDefFoundError("as if the agent's jar was replaced");
            }
            return super.consumer();
          }
        };
    watch.start(null);

    TestQueue.await("another client", () -> clients.get() > 1);

    watch.stop();
  }
}
