package io.slipway.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Secrets by names, and the search for them in any text. */
class PlantedSecrets {
  private static final Pattern TOKEN =
      Pattern.compile("eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{20,}");
  private static final Pattern BYTES = Pattern.compile("\\\\+x((?:[0-9a-f]{2})+)");

  private final Map<String, String> secrets = new LinkedHashMap<>();

  void add(String name, String value) {
    secrets.put(name, value);
  }

  String value(String name) {
    return secrets.get(name);
  }

  Map<String, String> all() {
    return secrets;
  }

  /** Name of the secret that the text holds, raw, in base64 or in hex; null if none. */
  String in(String text) {
    if (text == null) {
      return null;
    }
    for (Map.Entry<String, String> secret : secrets.entrySet()) {
      byte[] bytes = secret.getValue().getBytes(StandardCharsets.UTF_8);
      List<String> forms =
          List.of(
              secret.getValue(),
              Base64.getEncoder().withoutPadding().encodeToString(bytes),
              HexFormat.of().formatHex(bytes));
      if (forms.stream().anyMatch(text::contains)) {
        return secret.getKey();
      }
    }
    Matcher token = TOKEN.matcher(text);
    return token.find() ? "token " + token.group().substring(0, 20) : null;
  }

  /** Bytes of a row, which the database writes in hex; what is compressed is unpacked. */
  static String bytesOf(String row) {
    StringBuilder text = new StringBuilder();
    Matcher bytes = BYTES.matcher(row);
    while (bytes.find()) {
      byte[] raw = HexFormat.of().parseHex(bytes.group(1));
      text.append(new String(raw, StandardCharsets.ISO_8859_1)).append('\n');
      try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(raw))) {
        text.append(new String(unpacked.readAllBytes(), StandardCharsets.ISO_8859_1)).append('\n');
      } catch (IOException notPacked) {
        // Most is not; as it stands it was added before.
      }
    }
    return text.toString();
  }
}
