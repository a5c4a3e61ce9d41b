package io.slipway.identity.client.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;

class TokenVerifierTest {
  private static final String ARM = "https://localhost:8443/";
  private static final String INTERNAL = "slipway-internal";
  private static final Issuer ISSUER = new Issuer();
  private static final Duration HOUR = Duration.ofHours(1);

  private final Map<String, PublicKey> keys =
      new HashMap<>(Map.of("rsa", ISSUER.rsa.getRsaPublicKey(), "ec", ISSUER.ec.getECPublicKey()));
  private final AtomicInteger asked = new AtomicInteger();
  private Instant now = Issuer.START.plusSeconds(60);
  private final TokenVerifier verifier =
      new TokenVerifier(
          new TokenCheck(Issuer.NAME, Duration.ofSeconds(10)),
          new KeySource() {
            @Override
            public Optional<PublicKey> key(String keyId) {
              return Optional.ofNullable(keys.get(keyId));
            }

            @Override
            public CompletionStage<Void> lookAgain() {
              asked.incrementAndGet();
              return CompletableFuture.completedFuture(null);
            }
          },
          () -> now);

  private VerifiedToken verify(String token) {
    return verifier.verify(token).toCompletableFuture().join();
  }

  private void assertRefused(String token) {
    assertThatThrownBy(() -> verify(token)).hasCauseInstanceOf(InvalidTokenException.class);
  }

  @Test
  void shouldTakeEachKindOfTokenWithItsOwnAlgorithm() {
    JwtClaims internal = Issuer.claims(INTERNAL, HOUR);
    internal.setClaim("appid", "slipway-task-api");

    assertThat(verify(ISSUER.es256(internal)).text("appid")).hasValue("slipway-task-api");
    assertThat(verify(ISSUER.rs256(Issuer.claims(ARM, HOUR))).audience()).isEqualTo(ARM);
    assertThat(verify(ISSUER.es256(Issuer.claims("127.0.0.1:8453", HOUR))).subject())
        .isEqualTo("somebody");
  }

  @Test
  void rejectsATokenOfTheOtherAlgorithm() {
    for (String audience : new String[] {INTERNAL, "slipway-act-as", "127.0.0.1:8453"}) {
      assertRefused(ISSUER.rs256(Issuer.claims(audience, HOUR)));
    }
    assertRefused(ISSUER.es256(Issuer.claims(ARM, HOUR)));
    assertRefused(ISSUER.es256(Issuer.claims("https://containerregistry.azure.net", HOUR)));
    // a key of one kind under the other's name, and the public key as a shared secret
    assertRefused(
        Issuer.signed(
            Issuer.claims(INTERNAL, HOUR),
            "ES256",
            ISSUER.ec.getPrivateKey(),
            Map.of("kid", "rsa")));
    assertRefused(
        Issuer.signed(
            Issuer.claims(INTERNAL, HOUR),
            "HS256",
            new HmacKey(ISSUER.rsa.getRsaPublicKey().getEncoded()),
            Map.of("kid", "rsa")));
  }

  @Test
  void shouldRememberATokenUntilItEnds() {
    String token = ISSUER.es256(Issuer.claims(INTERNAL, HOUR));
    VerifiedToken first = verify(token);

    assertThat(verify(token)).isSameAs(first);
    now = Issuer.START.plus(HOUR).minusSeconds(1);
    assertThat(verify(token)).isSameAs(first);
    now = Issuer.START.plus(HOUR).plusSeconds(11);
    assertRefused(token);
  }

  /**
   * What waited on a topic is not late, and nothing is remembered that would make it good later.
   */
  @Test
  void shouldJudgeATokenAsOfWhenItCame() {
    String token = ISSUER.es256(Issuer.claims(INTERNAL, HOUR));
    Instant came = now;
    now = now.plus(Duration.ofHours(5));

    assertThat(verifier.verifyAsOf(came, token).toCompletableFuture().join().subject())
        .isEqualTo("somebody");
    assertRefused(token);
    assertThatThrownBy(() -> verifier.verifyAsOf(now, token).toCompletableFuture().join())
        .hasRootCauseMessage("expired");
    keys.remove("ec");
    assertThatThrownBy(() -> verifier.verifyAsOf(came, token).toCompletableFuture().join())
        .as("signed with a key that leaked")
        .hasCauseInstanceOf(InvalidTokenException.class);
  }

  @Test
  void rejectsARememberedTokenWhoseKeyWasWithdrawn() {
    String token = ISSUER.es256(Issuer.claims(INTERNAL, HOUR));
    verify(token);

    keys.remove("ec");

    assertRefused(token);
    assertThat(asked).as("the keys were looked at again").hasValue(1);
  }

  @Test
  void rejectsWhatIsLikeARememberedTokenButNotIt() {
    String token = ISSUER.es256(Issuer.claims(INTERNAL, HOUR));
    verify(token);

    String[] parts = token.split("\\.");
    String other = ISSUER.es256(Issuer.claims(INTERNAL, HOUR.plusMinutes(1))).split("\\.")[1];
    assertRefused(parts[0] + "." + other + "." + parts[2]);
    assertRefused(parts[0] + "." + parts[1] + "." + parts[2].substring(4) + "AAAA");
  }

  @Test
  void shouldForgetTheLeastUsedWhenThereAreTooMany() {
    RememberedTokens remembered = new RememberedTokens(2);
    VerifiedToken any = new VerifiedToken(INTERNAL, "s", Issuer.START.plus(HOUR), "ec", Map.of());

    remembered.keep("a", any);
    remembered.keep("b", any);
    assertThat(remembered.find("a", now)).isPresent();
    remembered.keep("c", any);

    assertThat(remembered.find("b", now)).isEmpty();
    assertThat(remembered.find("a", now)).isPresent();
    assertThat(remembered.find("c", now)).isPresent();
  }
}
