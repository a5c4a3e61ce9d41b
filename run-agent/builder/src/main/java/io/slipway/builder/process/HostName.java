package io.slipway.builder.process;

import com.google.re2j.Pattern;

/**
 * Makes host names of the names of containers. A step's id may hold underscores and dots and be 128
 * characters long; the kernel takes 64 bytes, and {@code hostname} takes labels of RFC 1123 only.
 */
public final class HostName {
  private static final Pattern ENDS = Pattern.compile("^-+|-+$");

  private static final int LONGEST_LABEL = 63;
  private static final String FALLBACK = "container";

  private HostName() {}

  /**
   * A single label of at most 63 letters, digits and hyphens, which begins and ends with no hyphen.
   *
   * @param name a container's name; it is returned as it is if it is such a label
   */
  public static String of(String name) {
    String label = trimmed(name.replaceAll("[^A-Za-z0-9-]", "-"));
    if (label.length() > LONGEST_LABEL) {
      label = trimmed(label.substring(0, LONGEST_LABEL));
    }
    return label.isEmpty() ? FALLBACK : label;
  }

  private static String trimmed(String label) {
    return ENDS.matcher(label).replaceAll("");
  }
}
