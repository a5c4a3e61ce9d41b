package io.slipway.identity.client.jwt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that were verified, until they end, so that each is verified once. The least used go when
 * there are too many. Holds hashes, never a token. Safe for many threads.
 */
final class RememberedTokens {
  private final Map<ByteBuffer, VerifiedToken> byHash;

  RememberedTokens(int most) {
    this.byHash =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<ByteBuffer, VerifiedToken> eldest) {
            return size() > most;
          }
        };
  }

  /** What this token says, if it was verified before and has not ended. */
  Optional<VerifiedToken> find(String token, Instant now) {
    ByteBuffer hash = hash(token);
    synchronized (byHash) {
      VerifiedToken found = byHash.get(hash);
      if (found != null && !now.isBefore(found.expiresAt())) {
        byHash.remove(hash);
        return Optional.empty();
      }
      return Optional.ofNullable(found);
    }
  }

  void keep(String token, VerifiedToken verified) {
    ByteBuffer hash = hash(token);
    synchronized (byHash) {
      byHash.put(hash, verified);
    }
  }

  void forget(String token) {
    ByteBuffer hash = hash(token);
    synchronized (byHash) {
      byHash.remove(hash);
    }
  }

  private static ByteBuffer hash(String token) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
