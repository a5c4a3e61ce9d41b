package io.slipway.taskapi.log.text;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Part of a log that a reader asks for.
 *
 * @param from first byte
 * @param to the byte after the last
 */
public record ByteRange(long from, long to) {
  private static final Pattern FORM = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{0,18})");

  /** Most bytes that one answer has. */
  public static final long MOST = 4L * 1024 * 1024;

  /** The range in a header like {@code bytes=0-4095}; empty if there is none that is understood. */
  public static Optional<ByteRange> parse(@Nullable String header, long length) {
    if (header == null) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(header.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long from = Long.parseLong(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? length - 1 : Long.parseLong(matcher.group(2));
    return Optional.of(new ByteRange(from, Math.min(Math.min(last + 1, length), from + MOST)));
  }

  /** Whether it begins at or after the end of the log. */
  public boolean isBeyond(long length) {
    return from >= length || to <= from;
  }
}
