package io.slipway.gotemplate.function;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions of Sprig that there are not, each with the reason. */
public final class RefusedFunctions {
  private static final String ENVIRONMENT =
      "it would read the environment of the agent; use {{.Values.name}} with --set";
  private static final String CERTIFICATES =
      "a key or certificate made in a template would be a secret in the task's text; make it in a"
          + " step";
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("env", ENVIRONMENT),
          Map.entry("expandenv", ENVIRONMENT),
          Map.entry(
              "getHostByName", "it would look up hosts in the agent's network; do so in a step"),
          Map.entry("genPrivateKey", CERTIFICATES),
          Map.entry("derivePassword", CERTIFICATES),
          Map.entry("buildCustomCert", CERTIFICATES),
          Map.entry("genCA", CERTIFICATES),
          Map.entry("genSelfSignedCert", CERTIFICATES),
          Map.entry("genSignedCert", CERTIFICATES),
          Map.entry("encryptAES", CERTIFICATES),
          Map.entry("decryptAES", CERTIFICATES));

  private RefusedFunctions() {}

  /** Why a function is refused, or null if it is not one of them. */
  public static @Nullable String reason(String name) {
    return REASONS.get(name);
  }
}
