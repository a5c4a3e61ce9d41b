package io.slipway.broker.binding;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Rows of bindings. */
@ApplicationScoped
public class BindingRepository {
  private static final String OF_MANY =
      """
      select owner, server_key, login_server, kind, principal_id, client_id, actions, user_name,
        password
      from binding where owner = any($1) and server_key = any($2)\
      """;

  private final Pool pool;

  BindingRepository(Pool pool) {
    this.pool = pool;
  }

  /** All of an owner, by login server. */
  public Uni<List<BindingEntity>> of(Mutiny.StatelessSession session, UUID owner) {
    return session
        .createQuery(
            "from BindingEntity where owner = :owner order by serverKey", BindingEntity.class)
        .setParameter("owner", owner)
        .getResultList();
  }

  /**
   * All of these owners for these login servers. Every lease comes by here, so it is one statement
   * that is always the same text: neither Hibernate nor PostgreSQL reads it anew.
   */
  Uni<List<BindingEntity>> of(Collection<UUID> owners, Collection<String> serverKeys) {
    return pool.preparedQuery(OF_MANY)
        .execute(Tuple.of(owners.toArray(UUID[]::new), serverKeys.toArray(String[]::new)))
        .map(rows ->
            StreamSupport.stream(rows.spliterator(), false)
                .map(BindingRepository::binding)
                .toList());
  }

  private static BindingEntity binding(Row row) {
    BindingEntity binding = new BindingEntity();
    binding.owner = row.getUUID("owner");
    binding.serverKey = row.getString("server_key");
    binding.loginServer = row.getString("login_server");
    binding.kind = BindingKind.valueOf(row.getString("kind"));
    binding.principalId = row.getUUID("principal_id");
    binding.clientId = row.getString("client_id");
    binding.actions = row.getString("actions");
    binding.userName = bytes(row, "user_name");
    binding.password = bytes(row, "password");
    return binding;
  }

  private static byte @Nullable [] bytes(Row row, String column) {
    Buffer value = row.getBuffer(column);
    return value == null ? null : value.getBytes();
  }

  /** Removes all of an owner. */
  public Uni<Integer> deleteAll(Mutiny.StatelessSession session, UUID owner) {
    return session
        .createMutationQuery("delete from BindingEntity where owner = :owner")
        .setParameter("owner", owner)
        .executeUpdate();
  }

  /** Removes some of an owner. */
  Uni<Integer> delete(Mutiny.StatelessSession session, UUID owner, Collection<String> serverKeys) {
    return session
        .createMutationQuery(
            "delete from BindingEntity where owner = :owner and serverKey in (:servers)")
        .setParameter("owner", owner)
        .setParameter("servers", serverKeys)
        .executeUpdate();
  }
}
