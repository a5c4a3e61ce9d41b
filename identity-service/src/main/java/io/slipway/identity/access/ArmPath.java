package io.slipway.identity.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An ARM path of one of this service's two providers, taken apart. Pure.
 *
 * @param scope what stands before the provider, as it was written; {@code /} if nothing does
 * @param provider {@code authorization} or {@code managedidentity}
 * @param type type of the resource, lower case
 * @param name name of the resource, as written; empty for the collection
 */
public record ArmPath(String scope, String provider, String type, Optional<String> name) {
  private static final List<String> PROVIDERS =
      List.of("microsoft.authorization", "microsoft.managedidentity");

  /**
   * Reads a path, in any case and with the empty segments that some clients send.
   *
   * @return empty if the path is not one of these providers'
   */
  public static Optional<ArmPath> parse(String path) {
    List<String> segments = Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).toList();
    for (int at = segments.size() - 3; at >= 0; at--) {
      String provider = segments.get(at + 1).toLowerCase(Locale.ROOT);
      if (segments.get(at).equalsIgnoreCase("providers") && PROVIDERS.contains(provider)) {
        return parse(segments, at, provider.substring("microsoft.".length()));
      }
    }
    return Optional.empty();
  }

  private static Optional<ArmPath> parse(List<String> segments, int at, String provider) {
    int rest = segments.size() - at - 2;
    if (rest > 2) {
      return Optional.empty();
    }
    return Optional.of(
        new ArmPath(
            "/" + String.join("/", segments.subList(0, at)),
            provider,
            segments.get(at + 2).toLowerCase(Locale.ROOT),
            rest == 2 ? Optional.of(segments.get(at + 3)) : Optional.empty()));
  }
}
