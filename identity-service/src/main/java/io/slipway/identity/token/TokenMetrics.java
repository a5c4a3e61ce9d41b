package io.slipway.identity.token;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/**
 * Counts and times tokens: {@code slipway_tokens_issued_total}, {@code
 * slipway_token_issue_seconds}.
 */
@ApplicationScoped
public class TokenMetrics {
  private static final String COUNTER = "slipway.tokens.issued";
  private static final String TIMER = "slipway.token.issue";

  private final MeterRegistry registry;

  TokenMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Counts and times the making of a token. */
  IssuedToken timed(TokenKind kind, Supplier<IssuedToken> making) {
    Timer.Sample sample = Timer.start(registry);
    IssuedToken token = making.get();
    sample.stop(registry.timer(TIMER, "audience", kind.label()));
    count(kind, "issued");
    return token;
  }

  /** Counts a token that was asked for and not given. */
  public void refused(TokenKind kind) {
    count(kind, "refused");
  }

  private void count(TokenKind kind, String result) {
    registry.counter(COUNTER, "audience", kind.label(), "result", result).increment();
  }
}
