package io.slipway.taskapi.run.history;

import com.google.re2j.Pattern;

/**
 * What is looked for in {@code registry/repository@digest}, and which part of it can hold it.
 *
 * @param text as the caller wrote it
 */
record ImageNeedle(String text) {
  private static final Pattern DIGEST = Pattern.compile("[a-z0-9]{1,16}:[0-9a-f]{64,128}");
  private static final Pattern WITHIN_DIGEST = Pattern.compile("[0-9a-fsh:]*");

  /** The text before the {@code @}: the end of a name. */
  String endOfName() {
    int at = text.lastIndexOf('@');
    return at < 0 ? "" : text.substring(0, at);
  }

  /** The text from the {@code @} on, without it: the beginning of a digest. */
  String startOfDigest() {
    return text.substring(text.lastIndexOf('@') + 1);
  }

  boolean hasAt() {
    return text.indexOf('@') >= 0;
  }

  /** Whether it names one digest in full. */
  boolean isWholeDigest() {
    return DIGEST.matcher(startOfDigest()).matches();
  }

  /** Whether a name alone can hold it: no digest does. */
  boolean isOfNameOnly() {
    return !hasAt() && !WITHIN_DIGEST.matcher(text).matches();
  }
}
