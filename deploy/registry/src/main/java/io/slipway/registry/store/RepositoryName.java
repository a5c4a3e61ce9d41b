package io.slipway.registry.store;

import com.google.re2j.Pattern;

/** Names of repositories and tags, as the distribution specification allows them. */
public final class RepositoryName {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  private RepositoryName() {}

  /** Whether a text is a valid name of a repository. */
  public static boolean isValid(String name) {
    return name.length() <= 255 && NAME.matcher(name).matches();
  }

  /** Whether a text is a valid tag. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }
}
