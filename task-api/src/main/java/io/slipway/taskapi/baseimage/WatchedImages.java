package io.slipway.taskapi.baseimage;

import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.Triggers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which images a task watches, after its last good run. Pure.
 *
 * @param enabled whether the trigger and its task are
 * @param kind {@code Runtime} or {@code All}
 * @param watched images that the run stood on, each with the digest that it had then
 * @param built images that the run built and pushed: a tag that nobody else sees starts no task
 * @param problem why it watches some of them not, or null
 */
record WatchedImages(
    boolean enabled,
    String kind,
    List<ImageRef> watched,
    List<ImageRef> built,
    @Nullable String problem) {
  /** More are not watched, nor looked at as results: a task has a few. */
  static final int MOST = 100;

  /** Bytes that fit into an index, three names of an image together. */
  private static final int LONGEST = 600;

  /** Name of an image that can be moved. */
  record Name(String registry, String repository, String tag) {
    static @Nullable Name of(@Nullable ImageRef image) {
      if (image == null
          || image.registry() == null
          || image.repository() == null
          || image.tag() == null) {
        return null;
      }
      Name name = new Name(image.registry(), image.repository(), image.tag());
      String text = name.toString();
      return text.length() <= LONGEST && text.chars().allMatch(it -> it > ' ' && it < 0x7f)
          ? name
          : null;
    }

    @Override
    public String toString() {
      return registry + "/" + repository + ":" + tag;
    }
  }

  /**
   * What a task watches, or null if it has no such trigger.
   *
   * @param pushed what the run pushed: login servers with repositories
   */
  static @Nullable WatchedImages of(
      TaskDefinition task, List<ImageDependency> dependencies, Set<String> pushed) {
    Triggers.BaseImage trigger = task.trigger().baseImageTrigger();
    if (trigger == null) {
      return null;
    }
    String kind = trigger.baseImageTriggerType();
    if (!trigger.isEnabled() || !task.isEnabled()) {
      return new WatchedImages(false, kind, List.of(), List.of(), null);
    }
    Map<Name, ImageRef> built = new LinkedHashMap<>();
    Map<Name, ImageRef> bases = new LinkedHashMap<>();
    List<String> ofItself = new ArrayList<>();
    for (ImageDependency dependency : present(dependencies)) {
      Name result = put(built, dependency.image());
      List<@Nullable ImageRef> read = new ArrayList<>();
      read.add(dependency.runtime());
      if (trigger.isForAll()) {
        read.addAll(present(dependency.buildtime()));
      }
      for (ImageRef base : read) {
        Name name = base == null || base.digest() == null ? null : put(bases, base);
        if (name != null && name.equals(result)) {
          ofItself.add(name.toString());
        }
      }
    }
    bases.keySet().removeAll(built.keySet());
    return new WatchedImages(
        true,
        kind,
        bases.values().stream().limit(MOST).toList(),
        built.values().stream()
            .filter(image -> pushed.contains(image.registry() + "/" + image.repository()))
            .limit(MOST)
            .toList(),
        ofItself.isEmpty()
            ? null
            : "%s is built upon itself: its changes start no run."
                .formatted(String.join(", ", ofItself.stream().distinct().limit(5).toList())));
  }

  private static @Nullable Name put(Map<Name, ImageRef> images, @Nullable ImageRef image) {
    Name name = Name.of(image);
    if (name != null && image != null) {
      images.putIfAbsent(name, image);
    }
    return name;
  }

  /** What is stored is an agent's word: nulls in it are passed over. */
  private static <T> List<T> present(@Nullable List<T> stored) {
    return stored == null ? List.of() : stored.stream().filter(Objects::nonNull).toList();
  }
}
