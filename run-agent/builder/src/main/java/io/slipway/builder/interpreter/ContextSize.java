package io.slipway.builder.interpreter;

import java.util.List;
import java.util.Locale;

/** Sizes as Docker shows them: four digits, units of thousands. */
final class ContextSize {
  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

  private ContextSize() {}

  static String text(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < UNITS.size() - 1) {
      size /= 1000;
      unit++;
    }
    String digits = String.format(Locale.ROOT, "%.4g", size);
    String plain = digits.contains(".") ? digits.replaceFirst("\\.?0+$", "") : digits;
    return (bytes == 0 ? "0" : plain) + UNITS.get(unit);
  }
}
