package io.slipway.broker.binding;

import io.slipway.broker.BrokerException;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.broker.store.Lock;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Replaces or merges the bindings of an owner. */
@ApplicationScoped
class SaveBindings {
  private final Transactions transactions;
  private final BindingRepository bindings;
  private final StoredSecrets stored;

  SaveBindings(Transactions transactions, BindingRepository bindings, StoredSecrets stored) {
    this.transactions = transactions;
    this.bindings = bindings;
    this.stored = stored;
  }

  /** What is to be changed, checked and sealed. */
  record Change(List<BindingEntity> put, Set<String> removed) {}

  /** The owner has just these afterwards. */
  Uni<Void> replace(UUID owner, Map<String, @Nullable BindingBody> wanted) {
    Change change = change(owner, wanted);
    return transactions.in(session ->
        Lock.on(session, "bindings:" + owner)
            .chain(() -> bindings.deleteAll(session, owner))
            .chain(() -> insert(session, change.put())));
  }

  /** Makes a change in the caller's transaction; what it does not name stays. */
  Uni<Void> merge(Mutiny.StatelessSession session, UUID owner, Change change) {
    Set<String> gone = new HashSet<>(change.removed());
    change.put().forEach(row -> gone.add(row.serverKey));
    if (gone.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return Lock.on(session, "bindings:" + owner)
        .chain(() -> bindings.delete(session, owner, gone))
        .chain(() -> insert(session, change.put()));
  }

  private static Uni<Void> insert(Mutiny.StatelessSession session, List<BindingEntity> rows) {
    return rows.isEmpty() ? Uni.createFrom().voidItem() : session.insertAll(rows.toArray());
  }

  /** Checks a change; fails with 400. A null removes what is bound to that login server. */
  Change change(UUID owner, Map<String, @Nullable BindingBody> wanted) {
    List<BindingEntity> put = new ArrayList<>();
    Set<String> removed = new HashSet<>();
    Set<String> seen = new HashSet<>();
    wanted.forEach((name, body) -> {
      LoginServer server = server(name);
      if (!seen.add(server.key())) {
        throw BrokerException.invalid(
            "InvalidBinding", "The login server " + server.key() + " is listed twice.");
      }
      if (body == null) {
        removed.add(server.key());
      } else {
        put.add(body.sealed(owner, server, stored.cipher()));
      }
    });
    return new Change(put, removed);
  }

  private static LoginServer server(String name) {
    return LoginServer.parse(name)
        .orElseThrow(() ->
            BrokerException.invalid(
                "InvalidLoginServer", "A login server is a host name, with a port if it has one."));
  }
}
