package io.slipway.identity.oauth;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fields of a form or query; one that may occur once must not occur twice. */
public final class Form {
  private final @Nullable MultivaluedMap<String, String> fields;

  public Form(@Nullable MultivaluedMap<String, String> fields) {
    this.fields = fields;
  }

  /**
   * The value of a field; empty if it is missing or blank.
   *
   * @throws OAuthException {@code invalid_request} if it occurs more than once
   */
  public Optional<String> value(String name) {
    List<String> values = values(name);
    if (values.size() > 1) {
      throw OAuthException.invalidRequest("The parameter " + name + " must not be repeated.");
    }
    return values.stream().findFirst();
  }

  /** All values of a field that may be repeated. */
  public List<String> values(String name) {
    List<String> values = fields == null ? null : fields.get(name);
    return values == null ? List.of() : values.stream().filter(v -> !v.isBlank()).toList();
  }

  /** All words of a field that may be repeated or hold several, between blanks. */
  public List<String> words(String name) {
    return values(name).stream()
        .flatMap(value -> Arrays.stream(value.strip().split("\\s+")))
        .toList();
  }
}
