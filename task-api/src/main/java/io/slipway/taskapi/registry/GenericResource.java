package io.slipway.taskapi.registry;

import io.slipway.taskapi.arm.Page;
import java.util.List;
import java.util.Map;

/** A resource in a list of resources of any kind. */
public record GenericResource(
    String id, String name, String type, String location, Map<String, String> tags) {

  static Page<GenericResource> page(List<Registry> registries) {
    return Page.of(
        registries.stream()
            .map(it ->
                new GenericResource(
                    it.id(), it.name(), ResourceFilter.REGISTRIES, it.location(), it.tags()))
            .toList());
  }
}
