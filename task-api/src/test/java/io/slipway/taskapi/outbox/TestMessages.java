package io.slipway.taskapi.outbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.slipway.taskapi.event.TestPublisher;
import io.slipway.taskapi.store.TestStore;
import java.time.InstantSource;

/** The ledger's records, for tests of parts without the service. */
public final class TestMessages {

  private TestMessages() {}

  public static RunMessages messages() {
    return with(
        new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS));
  }

  public static Outbox outbox(InstantSource clock) {
    return new Outbox(TestStore.json(), clock);
  }

  public static RunMessages with(ObjectMapper json) {
    return new RunMessages(TestPublisher.codec(json));
  }
}
