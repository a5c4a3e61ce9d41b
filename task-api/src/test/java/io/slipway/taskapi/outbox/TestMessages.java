package io.slipway.taskapi.outbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskapi.event.TestPublisher;

/** The ledger's records, for tests of parts without the service. */
public final class TestMessages {

  private TestMessages() {}

  public static RunMessages with(ObjectMapper json) {
    return new RunMessages(TestPublisher.codec(json));
  }
}
