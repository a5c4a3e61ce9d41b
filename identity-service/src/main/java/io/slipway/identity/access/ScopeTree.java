package io.slipway.identity.access;

import java.util.ArrayList;
import java.util.List;

/** The scopes that a scope inherits from. Pure. */
public final class ScopeTree {
  private ScopeTree() {}

  /**
   * Keys of the scope itself and of all that may be above it, the tenant last. Some may not be
   * scopes, since a path has words in it; no assignment is there then.
   */
  public static List<String> upwards(Scope scope) {
    List<String> keys = new ArrayList<>();
    String key = scope.key();
    while (key.length() > 1) {
      keys.add(key);
      key = key.substring(0, key.lastIndexOf('/'));
    }
    keys.add(Scope.ROOT.key());
    return keys;
  }
}
