package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.TemplateFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.Adler32;

/** Base 64, base 32 and digests of texts. */
final class EncodingFunctions {
  private EncodingFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("b64enc", 1, a -> a.any(0) == null ? "" : a.budget().made(encode64(a.text(0))))
        .add("b64dec", 1, a -> a.budget().made(decode64(a.text(0))))
        .add("b32enc", 1, a -> a.budget().made(Base32.encode(bytes(a.text(0)))))
        .add("b32dec", 1, a -> a.budget().made(text(Base32.decode(a.text(0)))))
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
        throw new TemplateFailure("illegal base64 data: its length is no multiple of 4");
      }
      return text(Base64.getDecoder().decode(joined));
    } catch (IllegalArgumentException malformed) {
      throw new TemplateFailure("illegal base64 data");
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
}
