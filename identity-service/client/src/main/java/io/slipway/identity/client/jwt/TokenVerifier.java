package io.slipway.identity.client.jwt;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Verifies tokens, each one once: what was verified is remembered until the token ends or its key
 * is withdrawn. Safe for many threads.
 */
public final class TokenVerifier {
  /** A few thousand clients with some tokens each; about 2 KB per token. */
  private static final int MOST_REMEMBERED = 5_000;

  private final TokenCheck check;
  private final KeySource keys;
  private final InstantSource clock;
  private final RememberedTokens remembered = new RememberedTokens(MOST_REMEMBERED);

  public TokenVerifier(TokenCheck check, KeySource keys, InstantSource clock) {
    this.check = check;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * The claims of a token; complete at once unless keys have to be read. Fails with {@link
   * InvalidTokenException}, or with {@link KeysUnavailableException} if it could not be checked.
   */
  public CompletionStage<VerifiedToken> verify(String token) {
    Instant now = clock.instant();
    Optional<VerifiedToken> known = remembered.find(token, now);
    if (known.isPresent()) {
      if (keys.key(known.get().keyId()).isPresent()) {
        return CompletableFuture.completedFuture(known.get());
      }
      remembered.forget(token); // its key was withdrawn, or the keys are too old to be relied on
    }
    return verified(() -> {
      VerifiedToken verified = check.check(token, keys::key, clock.instant());
      remembered.keep(token, verified);
      return verified;
    });
  }

  /**
   * The same for a token that is shown once, and is read later than it came here. Its key must
   * verify now all the same.
   *
   * @param came when it came, by a clock that is to be trusted
   */
  public CompletionStage<VerifiedToken> verifyAsOf(Instant came, String token) {
    return verified(() -> check.check(token, keys::key, came));
  }

  private CompletionStage<VerifiedToken> verified(Supplier<VerifiedToken> checking) {
    try {
      return CompletableFuture.completedFuture(checking.get());
    } catch (UnknownKeyException unknown) {
      return keys.lookAgain().thenApply(read -> checkedAgain(checking));
    } catch (InvalidTokenException invalid) {
      return CompletableFuture.failedFuture(invalid);
    }
  }

  private static VerifiedToken checkedAgain(Supplier<VerifiedToken> checking) {
    try {
      return checking.get();
    } catch (UnknownKeyException unknown) {
      throw new CompletionException(new InvalidTokenException("signed by an unknown key"));
    } catch (InvalidTokenException invalid) {
      throw new CompletionException(invalid);
    }
  }
}
