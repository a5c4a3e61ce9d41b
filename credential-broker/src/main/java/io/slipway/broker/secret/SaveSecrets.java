package io.slipway.broker.secret;

import io.slipway.broker.BrokerException;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.broker.store.Lock;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Changes the secret values of an owner; they can't be read here. */
@ApplicationScoped
public class SaveSecrets {
  private static final int LONGEST_NAME = 256;

  private final RunSecretRepository secrets;
  private final StoredSecrets stored;

  SaveSecrets(RunSecretRepository secrets, StoredSecrets stored) {
    this.secrets = secrets;
    this.stored = stored;
  }

  /** What is to be changed, checked and sealed. */
  public static final class Change {
    private final Set<String> names;
    private final List<RunSecretEntity> rows;

    private Change(Set<String> names, List<RunSecretEntity> rows) {
      this.names = names;
      this.rows = rows;
    }
  }

  /** Checks a change; fails with 400. A null removes the secret of that name. */
  public Change change(UUID owner, Map<String, @Nullable String> values) {
    List<RunSecretEntity> rows = new ArrayList<>();
    values.forEach((name, value) -> {
      if (name.isBlank() || name.length() > LONGEST_NAME) {
        throw BrokerException.invalid(
            "InvalidSecret", "A secret has a name of 1 to " + LONGEST_NAME + " characters.");
      }
      if (value != null) {
        RunSecretEntity row = new RunSecretEntity();
        row.owner = owner;
        row.name = name;
        row.value = stored.cipher().seal(value, SecretPlace.runSecret(owner, name));
        rows.add(row);
      }
    });
    return new Change(Set.copyOf(values.keySet()), rows);
  }

  /** Makes a change in the caller's transaction. */
  public Uni<Void> merge(Mutiny.StatelessSession session, UUID owner, Change change) {
    if (change.names.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return Lock.on(session, "secrets:" + owner)
        .chain(() -> secrets.delete(session, owner, change.names))
        .chain(() ->
            change.rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : session.insertAll(change.rows.toArray()));
  }
}
