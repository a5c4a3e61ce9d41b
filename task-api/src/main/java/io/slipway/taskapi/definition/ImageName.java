package io.slipway.taskapi.definition;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;
import org.jspecify.annotations.Nullable;

/**
 * An image within a registry. Pure.
 *
 * @param repository for example {@code baseimages/node}
 * @param tag or null
 * @param digest or null
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests">OCI
 *     Distribution, names</a>
 */
public record ImageName(String repository, @Nullable String tag, @Nullable String digest) {
  private static final int LONGEST_REPOSITORY = 255;

  /** Longer than any image: repository, tag and digest. */
  private static final int LONGEST = 512;

  private static final String PART = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
  private static final Pattern FORM =
      Pattern.compile(
          "("
              + PART
              + "(?:/"
              + PART
              + ")*)(?::([a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?"
              + "(?:@(sha256:[a-f0-9]{64}))?");

  /** Reads {@code repository[:tag][@digest]}; fails with 400 naming the field. */
  public static ImageName parse(String field, String text) {
    if (text.length() > LONGEST) {
      throw wrong(field, text.substring(0, 100) + "…");
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || matcher.group(1).length() > LONGEST_REPOSITORY) {
      throw wrong(field, text);
    }
    return new ImageName(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  private static ArmException wrong(String field, String text) {
    return ArmException.invalid(
        field
            + " '"
            + text
            + "' is not an image: it must be repository:tag or repository@sha256:digest, the"
            + " repository in lower case.");
  }

  /** Digest if there is one, else the tag, else {@code latest}. */
  public String reference() {
    if (digest != null) {
      return digest;
    }
    return tag == null ? "latest" : tag;
  }
}
