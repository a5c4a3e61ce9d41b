package io.slipway.taskapi.group;

import java.util.Map;

/**
 * A resource group.
 *
 * @param name in its stored spelling
 * @param location what the creator gave
 * @param tags labels
 */
public record ResourceGroup(String name, String location, Map<String, String> tags) {}
