package io.slipway.broker.binding;

import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.upstream.Gathered;
import io.slipway.broker.upstream.Outcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Finds the binding that a run uses for a login server, in one statement for all who ask at once.
 */
@ApplicationScoped
public class FindBinding {
  private static final int MOST = 100;

  private final BindingRepository bindings;
  private final Gathered<Wanted, Optional<BindingEntity>> lookUps =
      new Gathered<>(MOST, this::findAll);

  FindBinding(BindingRepository bindings) {
    this.bindings = bindings;
  }

  /**
   * What is looked for.
   *
   * @param owner whose bindings come first
   * @param source whose come next
   */
  public record Wanted(Optional<UUID> owner, Optional<UUID> source, LoginServer server) {}

  /** The binding under the owner, or else under the source. */
  public Uni<Optional<BindingEntity>> find(Wanted wanted) {
    return lookUps.ask(wanted);
  }

  /** The same for many, in the same order. */
  public Uni<List<Outcome<Optional<BindingEntity>>>> find(List<Wanted> all) {
    return lookUps.askAll(all);
  }

  private Uni<List<Optional<BindingEntity>>> findAll(List<Wanted> all) {
    Set<UUID> owners = new HashSet<>();
    Set<String> servers = new HashSet<>();
    for (Wanted wanted : all) {
      wanted.owner().ifPresent(owners::add);
      wanted.source().ifPresent(owners::add);
      servers.add(wanted.server().key());
    }
    if (owners.isEmpty()) {
      return Uni.createFrom().item(all.stream().map(w -> Optional.<BindingEntity>empty()).toList());
    }
    return bindings
        .of(owners, servers)
        .map(rows -> {
          Map<BindingKey, BindingEntity> byKey = new HashMap<>();
          rows.forEach(row -> byKey.put(new BindingKey(row.owner, row.serverKey), row));
          return all.stream().map(wanted -> pick(wanted, byKey)).toList();
        });
  }

  private static Optional<BindingEntity> pick(Wanted wanted, Map<BindingKey, BindingEntity> byKey) {
    return Stream.of(wanted.owner(), wanted.source())
        .flatMap(Optional::stream)
        .map(owner -> new BindingKey(owner, wanted.server().key()))
        .flatMap(key -> Optional.ofNullable(byKey.get(key)).stream())
        .findFirst();
  }
}
