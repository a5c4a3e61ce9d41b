package io.slipway.agent.credential;

import io.slipway.agent.log.SecretMasker;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.util.Map;

/** A run's secret values, from the broker. */
public final class RunSecrets {
  private record Answer(Map<String, String> secrets) {}

  private final BrokerCalls broker;
  private final SecretMasker masker;

  /** For one attempt; the values are masked in its log. */
  public RunSecrets(BrokerCalls broker, SecretMasker masker) {
    this.broker = broker;
    this.masker = masker;
  }

  /** All of them by name; masked from now on. */
  public Map<String, String> fetch() throws Refusal, InterruptedException {
    try {
      BlockingHttp.Answer answer = broker.call("/secrets", null);
      if (!answer.ok()) {
        throw Refusal.user("the secret values of the run were refused: " + answer.message());
      }
      Map<String, String> values = answer.as(Answer.class).secrets();
      values.values().forEach(masker::learn);
      return values;
    } catch (IOException undecided) {
      throw new Refusal(
          Refusal.Blame.PLATFORM,
          "the secret values of the run cannot be fetched: " + undecided.getMessage(),
          undecided);
    }
  }
}
