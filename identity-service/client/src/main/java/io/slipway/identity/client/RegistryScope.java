package io.slipway.identity.client;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a registry token opens or is asked to open: one repository, or the catalogue. Its text is
 * {@code repository:<name>:<action>,<action>} or {@code registry:catalog:*}. Pure.
 *
 * @param type {@code repository} or {@code registry}
 * @param name of the repository, or {@code catalog}
 * @param actions for example {@code pull} and {@code push}, in the order asked for, each once
 */
public record RegistryScope(String type, String name, List<String> actions) {
  private static final String REPOSITORY = "repository";
  private static final String REGISTRY = "registry";
  private static final String CATALOG = "catalog";
  private static final int LONGEST_NAME = 255;
  private static final int MOST_ACTIONS = 20;

  /** Repository names of the OCI distribution specification. */
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

  private static final Pattern ACTION = Pattern.compile("[a-z_]{1,32}|\\*");

  /**
   * Reads a scope.
   *
   * @return empty if the text is not a scope, or would name more than one repository
   */
  public static Optional<RegistryScope> parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    List<String> actions = List.of(parts[2].split(",", -1));
    if (!isName(parts[0], parts[1])
        || actions.size() > MOST_ACTIONS
        || !actions.stream().allMatch(action -> ACTION.matcher(action).matches())) {
      return Optional.empty();
    }
    return Optional.of(
        new RegistryScope(parts[0], parts[1], List.copyOf(new LinkedHashSet<>(actions))));
  }

  private static boolean isName(String type, String name) {
    return switch (type) {
      case REPOSITORY -> name.length() <= LONGEST_NAME && NAME.matcher(name).matches();
      case REGISTRY -> name.equals(CATALOG);
      default -> false;
    };
  }

  /** The scopes with one entry for each repository, which has all actions asked for there. */
  public static List<RegistryScope> merged(List<RegistryScope> scopes) {
    Map<String, Set<String>> actions = new LinkedHashMap<>();
    Map<String, RegistryScope> first = new LinkedHashMap<>();
    for (RegistryScope scope : scopes) {
      String key = scope.type() + ":" + scope.name();
      first.putIfAbsent(key, scope);
      actions.computeIfAbsent(key, k -> new LinkedHashSet<>()).addAll(scope.actions());
    }
    List<RegistryScope> merged = new ArrayList<>();
    first.forEach((key, scope) -> merged.add(scope.with(List.copyOf(actions.get(key)))));
    return merged;
  }

  /** The scope as registries and token servers write it. */
  public String text() {
    return type + ":" + name + ":" + String.join(",", actions);
  }

  /** Whether this is the catalogue and not a repository. */
  public boolean isCatalog() {
    return type.equals(REGISTRY);
  }

  /** Whether both are for the same repository, or both for the catalogue. */
  public boolean sameAs(RegistryScope other) {
    return type.equals(other.type) && name.equals(other.name);
  }

  /** The same repository, or the catalogue, with other actions. */
  public RegistryScope with(List<String> other) {
    return new RegistryScope(type, name, other);
  }
}
