package io.slipway.taskapi.arm;

import java.util.Locale;
import java.util.Optional;

/**
 * ARM ids of what this service has. They are compared in any case and answered in the stored
 * spelling.
 */
public final class ResourceId {
  /** Provider of registries and tasks. */
  public static final String PROVIDER = "Microsoft.ContainerRegistry";

  private ResourceId() {}

  /** Id of a subscription. */
  public static String subscription(String subscriptionId) {
    return "/subscriptions/" + subscriptionId;
  }

  /** Id of a resource group. */
  public static String group(String subscriptionId, String group) {
    return subscription(subscriptionId) + "/resourceGroups/" + group;
  }

  /** Id of a registry. */
  public static String registry(String subscriptionId, String group, String registry) {
    return group(subscriptionId, group) + "/providers/" + PROVIDER + "/registries/" + registry;
  }

  /** Form in which ids are compared. */
  public static String key(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  /**
   * Name of the last part of an id if the id is {@code parent/type/name}, in any case.
   *
   * @return the name as written, or empty if the id is another
   */
  public static Optional<String> childName(String parent, String type, String id) {
    String start = key(parent) + "/" + type.toLowerCase(Locale.ROOT) + "/";
    if (!key(id).startsWith(start)) {
      return Optional.empty();
    }
    String name = id.substring(start.length());
    return name.isEmpty() || name.contains("/") ? Optional.empty() : Optional.of(name);
  }
}
