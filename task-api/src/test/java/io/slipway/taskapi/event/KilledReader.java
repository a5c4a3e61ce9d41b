package io.slipway.taskapi.event;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A process that reads all partitions of a topic and never comes to an end: to be killed. */
final class KilledReader {

  private KilledReader() {}

  /** Arguments: address of Kafka, prefix of topics, topic. */
  public static void main(String[] args) throws InterruptedException {
    new TopicReaders(
            Map.of("bootstrap.servers", args[0]),
            Optional.of(args[1]),
            Duration.ofSeconds(8),
            new ReadTopic(Vertx.vertx()),
            new SimpleMeterRegistry())
        .open(args[2], 100, records -> Uni.createFrom().nothing());
    Thread.currentThread().join();
  }
}
