package io.slipway.identity.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A service's own secret, in the file that the installer wrote. */
public final class ClientSecret {
  private static final int SHORTEST = 32;

  /** Links are signed with the secret, many a second; the file is not read for each. */
  private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();

  private final Path file;
  private final LongSupplier nanoTime;
  private volatile @Nullable Known known;

  private record Known(String text, long readAt) {
    @Override
    public String toString() {
      return "Known[***]";
    }
  }

  /** The secret in the file of {@code slipway.client.secret-file}. */
  public ClientSecret(Path file) {
    this(file, System::nanoTime);
  }

  ClientSecret(Path file, LongSupplier nanoTime) {
    this.file = file;
    this.nanoTime = nanoTime;
  }

  /**
   * The secret as the file had it 5 seconds ago or later, so that a changed file needs no restart.
   *
   * @throws UncheckedIOException if the file can't be read
   * @throws IllegalStateException if it holds fewer than 32 characters
   */
  public String text() {
    Known last = known;
    long now = nanoTime.getAsLong();
    if (last != null && now - last.readAt() < KEPT_NANOS) {
      return last.text();
    }
    String text = read();
    known = new Known(text, now);
    return text;
  }

  private String read() {
    try {
      String text = Files.readString(file).strip();
      if (text.length() < SHORTEST) {
        throw new IllegalStateException(
            "slipway.client.secret-file "
                + file
                + " does not hold a secret of "
                + SHORTEST
                + " characters or more");
      }
      return text;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(
          "slipway.client.secret-file " + file + " can't be read", unreadable);
    }
  }

  /**
   * A key that follows from the secret and is stored nowhere.
   *
   * @param purpose what it is for; each purpose has its own key
   * @return 32 bytes
   */
  public byte[] derive(String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(text().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("HmacSHA256 is missing", impossible);
    }
  }
}
