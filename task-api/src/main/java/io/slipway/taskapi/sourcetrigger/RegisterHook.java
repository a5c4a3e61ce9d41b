package io.slipway.taskapi.sourcetrigger;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.task.Task;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the hook of a source trigger at its provider, with the token of the trigger. It is asked
 * for, and not done by itself: it changes a repository that others use.
 */
@ApplicationScoped
public class RegisterHook {
  private static final List<String> PROVIDERS = List.of("Github", "Gitlab", "Gitea", "Bitbucket");

  private final HookAddresses addresses;
  private final BrokerClient broker;

  RegisterHook(HookAddresses addresses, BrokerClient broker) {
    this.addresses = addresses;
    this.broker = broker;
  }

  /**
   * What to make.
   *
   * @param name of the trigger
   * @param provider who has the repository, if its address does not tell
   */
  public record Wanted(@Nullable String name, @Nullable String provider) {}

  /** Makes it, unless it is there; fails with 404 for the name of no trigger, otherwise 400. */
  public Uni<Void> register(Task task, Wanted wanted) {
    Triggers.Source trigger =
        task.definition().trigger().sourceTriggers().stream()
            .filter(source -> source.name().equals(wanted.name()))
            .findFirst()
            .orElseThrow(() ->
                ArmException.of(
                    404, "TriggerNotFound", "name must be the name of a source trigger."));
    String provider = wanted.provider() == null ? trigger.provider().orElse("") : wanted.provider();
    if (!PROVIDERS.contains(provider)) {
      throw ArmException.invalid("provider must be one of " + PROVIDERS + ".");
    }
    return broker
        .makeHook(
            task.uid(),
            Triggers.tokenName(trigger.name(), "token"),
            new BrokerClient.Hook(
                provider,
                trigger.sourceRepository().repositoryUrl(),
                addresses.address(task.uid(), trigger.name()),
                addresses.secret(task.uid(), trigger.name())))
        .invoke(problem -> {
          if (problem.isPresent()) {
            throw ArmException.of(400, "HookNotRegistered", problem.get());
          }
        })
        .replaceWithVoid();
  }
}
