package io.slipway.identity.registry;

import io.slipway.identity.client.RegistryScope;
import java.util.List;

/** Reads the scopes that somebody asks for. Pure. */
final class AskedScopes {
  private static final int MOST = 100;
  private static final int LONGEST_SHOWN = 80;

  private AskedScopes() {}

  /**
   * The scopes of these texts, in the same order.
   *
   * @throws RegistryErrorException 400 if one of them is not a scope, or there are more than 100
   */
  static List<RegistryScope> of(List<String> texts) {
    if (texts.size() > MOST) {
      throw RegistryErrorException.invalid("At most " + MOST + " scopes can be asked for at once.");
    }
    return texts.stream().map(AskedScopes::scope).toList();
  }

  private static RegistryScope scope(String text) {
    return RegistryScope.parse(text)
        .orElseThrow(() ->
            RegistryErrorException.invalid(
                "'"
                    + text.substring(0, Math.min(LONGEST_SHOWN, text.length()))
                    + "' is not a scope: repository:<name>:<action>[,<action>] or"
                    + " registry:catalog:*"));
  }
}
