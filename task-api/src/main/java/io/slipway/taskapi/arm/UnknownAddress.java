package io.slipway.taskapi.arm;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What to say of an address that nothing answers. Pure. */
final class UnknownAddress {
  private static final int LONGEST = 200;
  private static final Set<String> PROVIDERS =
      Set.of(
          "microsoft.containerregistry",
          "microsoft.managedidentity",
          "microsoft.authorization",
          "microsoft.resources");

  private UnknownAddress() {}

  /** What is missing, and what would be right. */
  static String message(String path) {
    List<String> segments = Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).toList();
    int last = lastProvider(segments);
    if (last >= 0) {
      String namespace = segments.get(last + 1);
      if (!PROVIDERS.contains(namespace.toLowerCase(Locale.ROOT))) {
        return "The resource provider '%s' is not supported by Slipway, which has Microsoft.ContainerRegistry, Microsoft.ManagedIdentity, Microsoft.Authorization and Microsoft.Resources."
            .formatted(cut(namespace));
      }
      List<String> below = segments.subList(last + 2, segments.size());
      if (below.size() > 2 && below.getFirst().equalsIgnoreCase("registries")) {
        return "Registries have no '%s' on Slipway; they have tasks, runs, taskRuns, webhooks, scheduleRun, importImage, listUsages and listBuildSourceUploadUrl. Check the path: '%s'."
            .formatted(cut(below.get(2)), cut(path));
      }
      if (!below.isEmpty()) {
        return "The resource type '%s/%s' is not supported by Slipway. Check the path: '%s'."
            .formatted(cut(namespace), cut(below.getFirst()), cut(path));
      }
    }
    return "Nothing answers at '%s'. Addresses of the management API begin with /subscriptions/<id>/resourceGroups/<group>."
        .formatted(cut(path));
  }

  private static int lastProvider(List<String> segments) {
    for (int i = segments.size() - 2; i >= 0; i--) {
      if (segments.get(i).equalsIgnoreCase("providers")) {
        return i;
      }
    }
    return -1;
  }

  private static String cut(String text) {
    String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
