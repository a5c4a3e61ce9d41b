package io.slipway.taskapi.door;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.registry.Registry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A resource in a list of resources of any kind. Of these this service has registries. */
public record GenericResource(
    String id, String name, String type, String location, Map<String, String> tags) {
  private static final String REGISTRIES = "Microsoft.ContainerRegistry/registries";
  private static final Pattern FILTER =
      Pattern.compile("\\s*resourceType\\s+eq\\s+'([^']*)'\\s*", Pattern.CASE_INSENSITIVE);

  static Page<GenericResource> page(List<Registry> registries) {
    return Page.of(
        registries.stream()
            .map(
                it -> new GenericResource(it.id(), it.name(), REGISTRIES, it.location(), it.tags()))
            .toList());
  }

  /** Whether a {@code $filter} asks for registries; fails with 400 for another kind of filter. */
  static boolean asksForRegistries(@Nullable String filter) {
    if (filter == null || filter.isBlank()) {
      return true;
    }
    Matcher matcher = FILTER.matcher(filter);
    if (!matcher.matches()) {
      throw ArmException.of(
          400,
          "InvalidFilterInQueryString",
          "$filter '"
              + filter
              + "' is not understood: it must be resourceType eq '<type>', for example"
              + " resourceType eq 'Microsoft.ContainerRegistry/registries'.");
    }
    return matcher.group(1).equalsIgnoreCase(REGISTRIES);
  }
}
