package io.slipway.taskapi.registry;

import io.slipway.taskapi.arm.ArmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code $filter} of a list of resources of any kind. Pure. */
final class ResourceFilter {
  /** Type of registries: what this service has of resources that are listed so. */
  static final String REGISTRIES = "Microsoft.ContainerRegistry/registries";

  private static final Pattern FORM =
      Pattern.compile("\\s*resourceType\\s+eq\\s+'([^']*)'\\s*", Pattern.CASE_INSENSITIVE);

  private ResourceFilter() {}

  /** Whether registries are among what is asked for; fails with 400 for another filter. */
  static boolean asksForRegistries(@Nullable String filter) {
    if (filter == null || filter.isBlank()) {
      return true;
    }
    Matcher matcher = FORM.matcher(filter);
    if (!matcher.matches()) {
      throw ArmException.of(
          400,
          "InvalidFilterInQueryString",
          "$filter '" + filter + "' is not understood; resourceType eq '<type>' is.");
    }
    return matcher.group(1).equalsIgnoreCase(REGISTRIES);
  }
}
