package io.slipway.local.doctor;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was tried.
 *
 * @param subject what was tried
 * @param works whether it did what it should
 * @param required whether the platform cannot run without it
 * @param detail what was seen: a version, a size, or the error
 * @param remedy what a person can do about it; null if it works
 */
public record Finding(
    String subject, boolean works, boolean required, String detail, @Nullable String remedy) {

  public static Finding good(String subject, String detail) {
    return new Finding(subject, true, true, detail, null);
  }

  public static Finding bad(String subject, boolean required, String detail, String remedy) {
    return new Finding(subject, false, required, detail, remedy);
  }
}
