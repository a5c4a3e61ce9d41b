package io.slipway.broker.caller;

import io.slipway.broker.BrokerException;
import io.slipway.identity.client.database.Outage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** What a caller is told of a failure. None holds what was sent. */
public final class Refusals {
  private static final Logger LOG = Logger.getLogger(Refusals.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private Refusals() {}

  /** A refusal as it is; anything else is logged, and is 503 or 500. */
  public static BrokerException of(Throwable failure) {
    if (failure instanceof BrokerException refusal) {
      return refusal;
    }
    if (Outage.is(failure)) {
      LOG.warnf("action=answer-request result=unavailable reason=%s", failure.getMessage());
      return BrokerException.databaseAway(RETRY_AFTER);
    }
    LOG.error("action=answer-request result=failed", failure);
    return BrokerException.failed();
  }

  /** The fields of {@code error}. */
  public static Map<String, String> fields(BrokerException refusal) {
    Map<String, String> error = new LinkedHashMap<>();
    error.put("code", refusal.code());
    error.put("message", String.valueOf(refusal.getMessage()));
    error.putAll(refusal.details());
    return error;
  }
}
