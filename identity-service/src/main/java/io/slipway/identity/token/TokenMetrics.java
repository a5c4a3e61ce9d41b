package io.slipway.identity.token;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Counts and times tokens: {@code slipway_tokens_issued_total}, {@code
 * slipway_token_issue_seconds}.
 */
@ApplicationScoped
public class TokenMetrics {
  private static final String COUNTER = "slipway.tokens.issued";
  private static final String TIMER = "slipway.token.issue";

  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Map<TokenKind, Meters> meters = new EnumMap<>(TokenKind.class);

  private record Meters(Timer time, Counter issued) {}

  TokenMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (TokenKind kind : TokenKind.values()) {
      Timer time =
          Timer.builder(TIMER)
              .description("Time to make a token")
              .tag("audience", kind.label())
              .serviceLevelObjectives(BUCKETS)
              .register(registry);
      meters.put(kind, new Meters(time, counter(kind, "issued")));
      Counter unused = counter(kind, "refused"); // a rate is known from the first one on
    }
  }

  /** Counts and times the making of a token. */
  IssuedToken timed(TokenKind kind, Supplier<IssuedToken> making) {
    Meters meter = Objects.requireNonNull(meters.get(kind));
    long start = System.nanoTime();
    IssuedToken token = making.get();
    meter.time().record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    meter.issued().increment();
    return token;
  }

  /** Counts a token that was asked for and not given. */
  public void refused(TokenKind kind) {
    counter(kind, "refused").increment();
  }

  private Counter counter(TokenKind kind, String result) {
    return registry.counter(COUNTER, "audience", kind.label(), "result", result);
  }
}
