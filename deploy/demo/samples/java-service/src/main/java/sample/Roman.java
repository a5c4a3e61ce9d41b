package sample;

/** Roman numerals. */
final class Roman {
  private static final int[] VALUES = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
  private static final String[] SIGNS = {
    "M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"
  };

  private Roman() {}

  /** Writes a number from 1 to 3999. */
  static String write(int number) {
    if (number < 1 || number > 3999) {
      throw new IllegalArgumentException("1 to 3999, not " + number);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < VALUES.length; i++) {
      for (; number >= VALUES[i]; number -= VALUES[i]) {
        text.append(SIGNS[i]);
      }
    }
    return text.toString();
  }
}
