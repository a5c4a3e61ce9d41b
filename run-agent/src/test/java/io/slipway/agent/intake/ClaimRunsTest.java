package io.slipway.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.agent.TestAgent;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClaimRunsTest {
  private static final int POLLED = 64;

  /** Each would wait ten seconds, and an intake that does not move for a minute is not alive. */
  @Test
  @Timeout(60)
  void shouldWaitForOneDeadLetterOnlyWhenKafkaTakesNone() throws Exception {
    QueueDeadLetters nobodyAnswers =
        new QueueDeadLetters(Map.of("bootstrap.servers", "127.0.0.1:1"), new SimpleMeterRegistry());
    ClaimRuns claimRuns = new ClaimRuns(null, null, nobodyAnswers, new Slots(1), TestAgent.JSON);
    List<ConsumerRecord<String, byte[]>> dead =
        LongStream.range(0, POLLED)
            .mapToObj(offset -> new ConsumerRecord<>("run-queue", 0, offset, "key", new byte[] {1}))
            .toList();

    ClaimRuns.Taken taken = claimRuns.take(dead);

    assertThat(taken.acknowledgements())
        .isEqualTo(Collections.nCopies(POLLED, AcknowledgeType.RELEASE));
    assertThat(taken.notNow()).isFalse();
    nobodyAnswers.close();
  }
}
