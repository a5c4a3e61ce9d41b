package io.slipway.taskapi.access;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What callers may do. */
@ApplicationScoped
public class Access {
  private final DecideAccess decisions;

  Access(DecideAccess decisions) {
    this.decisions = decisions;
  }

  /** Fails with 403 unless the principal may do this. */
  public Uni<Void> require(String principalId, String action, String scope) {
    return require(principalId, List.of(new Check(action, scope)));
  }

  /** Fails with 403, naming the first thing that the principal may not do. */
  public Uni<Void> require(String principalId, List<Check> checks) {
    if (checks.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return decisions
        .decide(principalId, checks)
        .invoke(granted -> {
          int refused = granted.indexOf(false);
          if (refused >= 0) {
            Check check = checks.get(refused);
            throw ArmException.forbidden(principalId, check.action(), check.scope());
          }
        })
        .replaceWithVoid();
  }

  /** Whether the principal may do this. */
  public Uni<Boolean> may(String principalId, String action, String scope) {
    return decisions.decide(principalId, List.of(new Check(action, scope))).map(List::getFirst);
  }

  /** Those of the items that the principal may do this with. */
  public <T> Uni<List<T>> allowed(
      String principalId, String action, List<T> items, Function<T, String> scope) {
    if (items.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    List<Check> checks = items.stream().map(item -> new Check(action, scope.apply(item))).toList();
    return decisions
        .decide(principalId, checks)
        .map(granted -> {
          List<T> allowed = new ArrayList<>();
          for (int i = 0; i < items.size(); i++) {
            if (granted.get(i)) {
              allowed.add(items.get(i));
            }
          }
          return allowed;
        });
  }
}
