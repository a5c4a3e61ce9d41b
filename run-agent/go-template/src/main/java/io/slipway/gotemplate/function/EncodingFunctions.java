package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.Adler32;

/** Base 64, base 32 of RFC 4648 with padding, and digests of texts. */
final class EncodingFunctions {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int GROUP = 8;

  private EncodingFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("b64enc", 1, a -> a.any(0) == null ? "" : a.budget().made(encode64(a.text(0))))
        .add("b64dec", 1, a -> a.budget().made(decode64(a.text(0))))
        .add("b32enc", 1, a -> a.budget().made(encode32(bytes(a.text(0)))))
        .add("b32dec", 1, a -> a.budget().made(text(decode32(a.text(0)))))
        .add("sha1sum", 1, a -> digest("SHA-1", a))
        .add("sha256sum", 1, a -> digest("SHA-256", a))
        .add("adler32sum", 1, EncodingFunctions::adler);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String encode64(String text) {
    return Base64.getEncoder().encodeToString(bytes(text));
  }

  private static String decode64(String text) {
    try {
      String joined = text.replace("\r", "").replace("\n", "");
      if (joined.length() % 4 != 0) {
        throw new Failure("illegal base64 data: its length is not a multiple of 4");
      }
      return text(Base64.getDecoder().decode(joined));
    } catch (IllegalArgumentException malformed) {
      throw new Failure("illegal base64 data");
    }
  }

  private static String digest(String algorithm, Arguments a) {
    String text = a.text(0);
    a.budget().text(text.length());
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes(text)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static String adler(Arguments a) {
    a.budget().text(a.text(0).length());
    Adler32 sum = new Adler32();
    sum.update(bytes(a.text(0)));
    return String.valueOf(sum.getValue());
  }

  private static String encode32(byte[] bytes) {
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

  private static byte[] decode32(String text) {
    String joined = text.replace("\r", "").replace("\n", "");
    int end = joined.length();
    while (end > 0 && joined.charAt(end - 1) == '=') {
      end--;
    }
    String digits = joined.substring(0, end);
    if (joined.length() % GROUP != 0 || joined.length() - digits.length() > 6) {
      throw new Failure("illegal base32 data: its length is not a multiple of 8");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < digits.length(); i++) {
      int value = ALPHABET.indexOf(digits.charAt(i));
      if (value < 0) {
        throw new Failure("illegal base32 data at input byte " + i);
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
