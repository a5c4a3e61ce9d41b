package io.slipway.identity.token;

import io.slipway.identity.client.jwt.SignatureLibrary;
import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.settings.Settings;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.WorkerExecutor;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/**
 * Signs tokens, with the key that signs now and the algorithm of their audience. As many at a time
 * as there are processors, and never on an event loop, which others wait for.
 */
@ApplicationScoped
public class TokenIssuer {
  /** Clocks of receivers may be late by so much; a token is good for them all the same. */
  private static final Duration LATE_CLOCKS = Duration.ofMinutes(1);

  /** Fewer tokens than this are signed sooner than another thread is woken. */
  private static final int SMALLEST_SHARE = 8;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final SigningKeys keys;
  private final Settings settings;
  private final InstantSource clock;
  private final TokenMetrics metrics;
  private final WorkerExecutor signers;

  TokenIssuer(
      SigningKeys keys, Settings settings, InstantSource clock, TokenMetrics metrics, Vertx vertx) {
    this.keys = keys;
    this.settings = settings;
    this.clock = clock;
    this.metrics = metrics;
    this.signers = vertx.createSharedWorkerExecutor("token-signing", PROCESSORS);
  }

  @PreDestroy
  void close() {
    signers.closeAndForget();
  }

  /** Signs one token. */
  public Uni<IssuedToken> issue(TokenRequest request) {
    return issueAll(List.of(request)).map(List::getFirst);
  }

  /** Signs several tokens, in the same order: a few by one thread, many by all. */
  public Uni<List<IssuedToken>> issueAll(List<TokenRequest> requests) {
    if (requests.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    List<Uni<List<IssuedToken>>> shares =
        shares(requests, PROCESSORS).stream()
            .map(share -> signers.executeBlocking(() -> signed(share), false))
            .toList();
    if (shares.size() == 1) {
      return shares.getFirst();
    }
    return Uni.join()
        .all(shares)
        .andFailFast()
        .map(signed -> signed.stream().flatMap(List::stream).toList());
  }

  /**
   * Parts of a list, as many as there are processors at most, none of them smaller than worth it.
   */
  static <T> List<List<T>> shares(List<T> all, int processors) {
    int shares = Math.clamp(all.size() / SMALLEST_SHARE, 1, processors);
    List<List<T>> parts = new ArrayList<>(shares);
    for (int share = 0; share < shares; share++) {
      parts.add(all.subList(share * all.size() / shares, (share + 1) * all.size() / shares));
    }
    return parts;
  }

  private List<IssuedToken> signed(List<TokenRequest> requests) {
    return requests.stream().map(this::timed).toList();
  }

  private IssuedToken timed(TokenRequest request) {
    return metrics.timed(request.kind(), () -> sign(request));
  }

  private IssuedToken sign(TokenRequest request) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = now.plus(request.life());
    Map<String, Object> claims = new LinkedHashMap<>(request.claims());
    claims.put("iss", settings.issuer());
    claims.put("sub", request.subject());
    claims.put("aud", request.audience());
    claims.put("iat", now.getEpochSecond());
    claims.put("nbf", now.minus(LATE_CLOCKS).getEpochSecond());
    claims.put("exp", end.getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    return new IssuedToken(signed(claims, TokenAlgorithm.of(request.audience())), now, end);
  }

  private String signed(Map<String, Object> claims, TokenAlgorithm algorithm) {
    SigningKey key = keys.signer(algorithm);
    JwtClaims all = new JwtClaims();
    claims.forEach(all::setClaim);
    JsonWebSignature signature = new JsonWebSignature();
    signature.setProviderContext(SignatureLibrary.providers());
    signature.setHeader("typ", "JWT");
    signature.setKeyIdHeaderValue(key.times().kid());
    signature.setAlgorithmHeaderValue(algorithm.name());
    signature.setKey(key.privateKey());
    signature.setPayload(all.toJson());
    try {
      return signature.getCompactSerialization();
    } catch (JoseException failed) {
      throw new IllegalStateException("a token could not be signed", failed);
    }
  }
}
