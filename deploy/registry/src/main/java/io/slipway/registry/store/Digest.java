package io.slipway.registry.store;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Digest of content.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex lower-case hexadecimal
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests">digests</a>
 */
public record Digest(String algorithm, String hex) {
  private static final Pattern FORM =
      Pattern.compile("(sha256):([0-9a-f]{64})|(sha512):([0-9a-f]{128})");

  /** Reads a digest; empty if the text is not one, or has an unknown algorithm. */
  public static Optional<Digest> parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        match.group(1) != null
            ? new Digest(match.group(1), match.group(2))
            : new Digest(match.group(3), match.group(4)));
  }

  /** Computes digests of its algorithm. */
  public MessageDigest hasher() {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
