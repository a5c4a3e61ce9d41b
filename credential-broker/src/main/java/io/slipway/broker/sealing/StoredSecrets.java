package io.slipway.broker.sealing;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Opens the keyset at start; without it the service does not start. */
@ApplicationScoped
public class StoredSecrets {
  private static final String ENCRYPTED =
      "select (select count(*) from run_secret) + (select count(*) from binding where password is"
          + " not null)";

  private final Vertx vertx;
  private final Transactions transactions;
  private final Path keysetFile;
  private volatile @Nullable SecretCipher cipher;

  StoredSecrets(
      Vertx vertx,
      Transactions transactions,
      @ConfigProperty(name = "slipway.broker.keyset-file") Path keysetFile) {
    this.vertx = vertx;
    this.transactions = transactions;
    this.keysetFile = keysetFile;
  }

  void onStart(@Observes StartupEvent event) throws Throwable {
    VertxContextSupport.subscribeAndAwait(this::open);
  }

  private Uni<Void> open() {
    return transactions
        .in(session -> session.createNativeQuery(ENCRYPTED, Long.class).getSingleResult())
        .chain(count -> vertx.executeBlocking(() -> Keyset.open(keysetFile, count == 0)))
        .invoke(keyset -> cipher = new SecretCipher(keyset))
        .replaceWithVoid();
  }

  /** The cipher of this service. */
  public SecretCipher cipher() {
    SecretCipher open = cipher;
    if (open == null) {
      throw new IllegalStateException("the keyset is not open yet");
    }
    return open;
  }
}
