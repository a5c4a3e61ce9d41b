package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.TemplateFailure;
import java.io.ByteArrayOutputStream;

/** Base 32 of RFC 4648 with padding. */
final class Base32 {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int GROUP = 8;

  private Base32() {}

  static String encode(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    int buffer = 0;
    int bits = 0;
    for (byte b : bytes) {
      buffer = buffer << 8 | b & 0xFF;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out.append(ALPHABET.charAt(buffer >> bits & 31));
      }
      buffer &= (1 << bits) - 1;
    }
    if (bits > 0) {
      out.append(ALPHABET.charAt(buffer << 5 - bits & 31));
    }
    while (out.length() % GROUP != 0) {
      out.append('=');
    }
    return out.toString();
  }

  static byte[] decode(String text) {
    String joined = text.replace("\r", "").replace("\n", "");
    int end = joined.length();
    while (end > 0 && joined.charAt(end - 1) == '=') {
      end--;
    }
    String digits = joined.substring(0, end);
    if (joined.length() % GROUP != 0 || joined.length() - digits.length() > 6) {
      throw new TemplateFailure("illegal base32 data: its length is no multiple of 8");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < digits.length(); i++) {
      int value = ALPHABET.indexOf(digits.charAt(i));
      if (value < 0) {
        throw new TemplateFailure("illegal base32 data at input byte " + i);
      }
      buffer = buffer << 5 | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out.write(buffer >> bits);
      }
      buffer &= (1 << bits) - 1;
    }
    return out.toByteArray();
  }
}
