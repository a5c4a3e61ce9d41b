package io.slipway.agent.log;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The forms in which a secret may be printed: raw, line by line, in base64 (also within a longer
 * text, twice, and in the alphabet for addresses), in hex, in an address, in JSON.
 */
final class SecretForms {
  /** Shorter texts would mask ordinary words. */
  static final int SHORTEST = 4;

  private SecretForms() {}

  /**
   * Length that no form of a secret is below: the other forms are no shorter than the text itself,
   * and the shortest part of that is one of its lines.
   */
  static int shortest(String secret) {
    return secret
        .lines()
        .mapToInt(line -> line.strip().length())
        .filter(length -> length >= SHORTEST)
        .min()
        .orElse(SHORTEST);
  }

  static Set<String> of(String secret) {
    Set<String> forms = new LinkedHashSet<>();
    List<String> parts = secret.lines().map(String::strip).toList();
    for (String part : parts) {
      forms.add(part);
    }
    for (String raw : Set.copyOf(List.of(secret, secret.strip()))) {
      forms.add(raw);
      byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
      for (String once : base64(bytes)) {
        forms.add(once);
        forms.addAll(base64(once.getBytes(StandardCharsets.US_ASCII)));
      }
      String hex = HexFormat.of().formatHex(bytes);
      forms.add(hex);
      forms.add(hex.toUpperCase(Locale.ROOT));
      String encoded = URLEncoder.encode(raw, StandardCharsets.UTF_8);
      forms.add(encoded);
      forms.add(encoded.replace("+", "%20"));
      String json = new String(JsonStringEncoder.getInstance().quoteAsString(raw));
      forms.add(json);
      forms.add(json.replace("/", "\\/"));
      forms.add(ascii(json));
      forms.add(raw.replace("'", "''")); // YAML
    }
    forms.removeIf(form -> form.length() < SHORTEST || form.contains("\n"));
    return forms;
  }

  /** JSON of programs that print nothing but ASCII. */
  private static String ascii(String json) {
    StringBuilder ascii = new StringBuilder();
    for (char each : json.toCharArray()) {
      ascii.append(each < 127 ? String.valueOf(each) : String.format("\\u%04x", (int) each));
    }
    return ascii.toString();
  }

  /**
   * What base64 makes of bytes wherever they stand in a longer text: it depends on their place
   * modulo three, and the characters at both ends also hold bits of the neighbours.
   */
  private static Set<String> base64(byte[] bytes) {
    Set<String> forms = new LinkedHashSet<>();
    for (int before = 0; before < 3; before++) {
      byte[] placed = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, placed, before, bytes.length);
      int first = (before * 8 + 5) / 6;
      int last = placed.length * 8 / 6;
      if (last - first < 2 * SHORTEST) {
        continue;
      }
      for (Base64.Encoder alphabet : Arrays.asList(Base64.getEncoder(), Base64.getUrlEncoder())) {
        forms.add(alphabet.withoutPadding().encodeToString(placed).substring(first, last));
      }
    }
    return forms;
  }
}
