package io.slipway.builder.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one operation does at one registry.
 *
 * @param registry the registry as in names of images
 * @param repository the repository
 * @param actions {@code pull}, or {@code pull} and {@code push}
 * @param mountFrom repositories of the same registry from which blobs may be taken over
 */
record RegistryScope(
    String registry, String repository, List<String> actions, Set<String> mountFrom) {

  static RegistryScope pull(String registry, String repository) {
    return new RegistryScope(registry, repository, List.of("pull"), Set.of());
  }

  static RegistryScope push(String registry, String repository, Set<String> mountFrom) {
    return new RegistryScope(
        registry, repository, List.of("pull", "push"), new TreeSet<>(mountFrom));
  }

  /** Only a try of the credential. */
  static RegistryScope logIn(String registry) {
    return new RegistryScope(registry, "", List.of(), Set.of());
  }

  boolean isPull() {
    return !actions.contains("push");
  }

  RegistryScope withoutMounts() {
    return new RegistryScope(registry, repository, actions, Set.of());
  }

  String place() {
    return repository.isEmpty() ? registry : registry + "/" + repository;
  }

  /** As token servers write it. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    if (!actions.isEmpty()) {
      texts.add("repository:" + repository + ":" + String.join(",", actions));
    }
    mountFrom.forEach(other -> texts.add("repository:" + other + ":pull"));
    return texts;
  }
}
