package io.slipway.broker.commit;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what a git server says of its branches and tags, as {@code git ls-remote} does. Pure.
 *
 * @see <a href="https://git-scm.com/docs/http-protocol#_discovering_references">git, http
 *     protocol</a>
 */
final class RefAdvertisement {
  private static final String SERVICE = "# service=git-upload-pack";
  private static final String PEELED = "^{}";
  private static final int LENGTH = 4;
  private static final Pattern REF =
      Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64}) (refs/(?:heads|tags)/[^\\x00-\\x20]{1,200})");

  private RefAdvertisement() {}

  /** Branches and tags with their commits; nothing if it is no such answer. */
  static Optional<Map<String, String>> read(byte[] answer) {
    Map<String, String> refs = new LinkedHashMap<>();
    boolean isOne = false;
    int at = 0;
    while (at + LENGTH <= answer.length) {
      int length = length(answer, at);
      if (length < 0 || length > answer.length - at || (length > 0 && length < LENGTH)) {
        return Optional.empty();
      }
      if (length > LENGTH) {
        String line = line(answer, at + LENGTH, at + length);
        isOne = isOne || line.equals(SERVICE);
        add(refs, line);
      }
      at += Math.max(length, LENGTH);
    }
    return isOne && at == answer.length ? Optional.of(refs) : Optional.empty();
  }

  /** What an annotated tag points to stands after it, and is what counts. */
  private static void add(Map<String, String> refs, String line) {
    String plain = line.endsWith(PEELED) ? line.substring(0, line.length() - 3) : line;
    Matcher ref = REF.matcher(plain);
    if (ref.matches()) {
      refs.put(ref.group(2), ref.group(1));
    }
  }

  private static String line(byte[] answer, int begin, int end) {
    String text = new String(answer, begin, end - begin, StandardCharsets.UTF_8);
    int capabilities = text.indexOf('\0');
    return (capabilities < 0 ? text : text.substring(0, capabilities)).strip();
  }

  private static int length(byte[] answer, int at) {
    int length = 0;
    for (int i = at; i < at + LENGTH; i++) {
      int digit = Character.digit(answer[i], 16);
      if (digit < 0) {
        return -1;
      }
      length = length * 16 + digit;
    }
    return length;
  }
}
