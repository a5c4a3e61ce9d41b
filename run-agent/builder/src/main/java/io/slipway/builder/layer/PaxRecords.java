package io.slipway.builder.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Writes the records of a PAX header; values may be any bytes. */
final class PaxRecords {
  private final Map<String, byte[]> records = new TreeMap<>();

  PaxRecords text(String key, String value) {
    records.put(key, value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  PaxRecords number(String key, long value) {
    return text(key, Long.toString(value));
  }

  PaxRecords bytes(String key, String latin1) {
    records.put(key, latin1.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  byte[] write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    records.forEach((key, value) -> {
      byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
      // length, space, key, '=', value, line end; the length counts its own digits
      int rest = keyBytes.length + value.length + 3;
      int total = rest + digits(rest);
      if (digits(total) != digits(rest)) {
        total = rest + digits(total);
      }
      out.writeBytes((total + " ").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(keyBytes);
      out.write('=');
      out.writeBytes(value);
      out.write('\n');
    });
    return out.toByteArray();
  }

  private static int digits(int number) {
    return Integer.toString(number).length();
  }
}
