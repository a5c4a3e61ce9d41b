package io.slipway.taskapi.sourcetrigger;

import io.slipway.identity.client.ClientSecret;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.http.Signature;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Addresses and secrets of the hooks that git providers post to. Both follow from this service's
 * secret, the task and the name of its trigger, and are stored nowhere: a task that is made again
 * has others, and so has a trigger by another name.
 */
@ApplicationScoped
public class HookAddresses {
  private static final String PURPOSE = "slipway source hooks";

  private final ClientSecret secret;
  private final String publicUrl;

  HookAddresses(
      ClientSecret secret, @ConfigProperty(name = "slipway.public-url") String publicUrl) {
    this.secret = secret;
    this.publicUrl = publicUrl;
  }

  /** Where a provider posts what happens. */
  public String address(UUID task, String trigger) {
    return "%s/hooks/%s/%s".formatted(publicUrl, task, key(task, trigger));
  }

  /** What the provider signs with, or sends. */
  public String secret(UUID task, String trigger) {
    return derived("secret", task, trigger);
  }

  /** The trigger whose address has this key. */
  Optional<Triggers.Source> find(UUID task, String key, List<Triggers.Source> triggers) {
    return triggers.stream()
        .filter(trigger -> Signature.isSame(key, key(task, trigger.name())))
        .findFirst();
  }

  private String key(UUID task, String trigger) {
    return derived("address", task, trigger);
  }

  private String derived(String what, UUID task, String trigger) {
    return Signature.of(secret.derive(PURPOSE), what, task.toString(), trigger);
  }
}
