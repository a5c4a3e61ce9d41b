package io.slipway.taskapi.definition;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which images a webhook is for, as ACR writes it: {@code repository:tag}, {@code repository:*} for
 * all tags, {@code repository} for {@code latest}, and nothing or {@code *} for all.
 *
 * @param text as it was given
 * @param repository null for all
 * @param tag null for all
 */
public record WebhookScope(String text, @Nullable String repository, @Nullable String tag) {
  /** Everything. */
  public static final WebhookScope ALL = new WebhookScope("", null, null);

  private static final Pattern SCOPE =
      Pattern.compile("([a-z0-9][a-z0-9._/-]{0,254})(:(\\*|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?");

  /** Reads a scope; empty if it is none. */
  public static Optional<WebhookScope> of(String text) {
    if (text.isEmpty() || text.equals("*") || text.equals("*:*")) {
      return Optional.of(new WebhookScope(text, null, null));
    }
    Matcher matcher = SCOPE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String tag = matcher.group(3) == null ? "latest" : matcher.group(3);
    return Optional.of(new WebhookScope(text, matcher.group(1), tag.equals("*") ? null : tag));
  }
}
