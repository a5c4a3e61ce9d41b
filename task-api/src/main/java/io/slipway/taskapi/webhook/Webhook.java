package io.slipway.taskapi.webhook;

import io.slipway.taskapi.definition.WebhookScope;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to be told of a registry's events. Where they are posted, with which headers and signed
 * with what, credential-broker alone knows.
 *
 * @param uid stays the same for its whole life, and is the owner of its secrets
 * @param name in its stored spelling
 * @param tags labels
 * @param enabled whether events are posted
 * @param actions which events count
 * @param ready whether credential-broker has its part
 * @param problem why the last delivery failed, or null if it did not
 */
public record Webhook(
    UUID uid,
    String name,
    String location,
    Map<String, String> tags,
    boolean enabled,
    WebhookScope scope,
    List<String> actions,
    boolean ready,
    @Nullable String problem) {}
