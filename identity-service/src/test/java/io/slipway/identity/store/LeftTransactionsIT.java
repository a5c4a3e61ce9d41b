package io.slipway.identity.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients that leave while their transaction waits, as all do when the database hangs. */
@QuarkusTest
class LeftTransactionsIT {
  /** Many times what the pool has connections: some leave just when a transaction begins. */
  private static final int LEFT = 400;

  @Inject Transactions transactions;

  @Test
  void shouldKeepNoConnectionOfWhoHasLeft() throws Throwable {
    for (int i = 0; i < LEFT; i++) {
      Duration after = Duration.ofMillis(1 + i % 4);
      VertxContextSupport.subscribeAndAwait(() -> leaving(after));
    }

    assertThat(VertxContextSupport.subscribeAndAwait(() -> select("select 7"))).isEqualTo(7);
  }

  private Uni<Void> leaving(Duration after) {
    return Uni.createFrom()
        .emitter(left -> {
          Cancellable slow = select("select 1 from pg_sleep(0.002)").subscribe().with(done -> {});
          Uni.createFrom()
              .voidItem()
              .onItem()
              .delayIt()
              .by(after)
              .subscribe()
              .with(now -> {
                slow.cancel();
                left.complete(null);
              });
        });
  }

  private Uni<Integer> select(String query) {
    return transactions.in(
        session -> session.createNativeQuery(query, Integer.class).getSingleResult());
  }
}
