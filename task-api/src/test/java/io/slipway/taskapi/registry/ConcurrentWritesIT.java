package io.slipway.taskapi.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.slipway.taskapi.group.ResourceGroupRepository;
import io.slipway.taskapi.group.ResourceGroupRepository.Saved;
import io.slipway.taskapi.store.EntityTransactions;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Platform;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Two pieces of work in one Vert.x context have nothing in common. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class ConcurrentWritesIT {
  @Inject EntityTransactions transactions;
  @Inject RegistryRepository registries;
  @Inject ResourceGroupRepository groups;
  @Inject Vertx vertx;

  @Test
  void shouldKeepWhatOneWroteWhenTheOtherFails() throws Exception {
    Fixture.of("writesandfails");
    Fixture.of("writesandstays");
    UUID fails = registry("writesandfails").uid();
    UUID stays = registry("writesandstays").uid();
    // Begun within the first one's work: the session of a context is looked up when work begins.
    Supplier<Uni<Void>> other =
        () ->
            transactions.in(
                session -> RegistryRepository.update(session, stays, row -> row.sku = "Premium"));

    assertThatThrownBy(() ->
            inOneContext(() ->
                transactions.in(session ->
                    RegistryRepository.update(session, fails, row -> row.sku = "Premium")
                        .chain(() -> other.get())
                        .chain(() ->
                            Uni.createFrom().<Void>failure(new IllegalStateException("refused"))))))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("refused");

    assertThat(registry("writesandstays").settings().sku()).isEqualTo("Premium");
    assertThat(registry("writesandfails").settings().sku()).isEqualTo("Standard");
  }

  @Test
  void shouldMakeAResourceGroupOnceForSeveralWhoAskAtOnce() throws Exception {
    List<CompletableFuture<Saved>> asked = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      asked.add(begin(() -> groups.put("askedatonce", "local", null)));
    }

    List<Boolean> created = new ArrayList<>();
    for (CompletableFuture<Saved> one : asked) {
      created.add(one.get(30, TimeUnit.SECONDS).created());
    }
    assertThat(created).containsOnlyOnce(true).hasSize(8);
  }

  private Registry registry(String name) throws Exception {
    return inOneContext(() -> registries.findByName(name)).orElseThrow();
  }

  private <T> T inOneContext(Supplier<Uni<T>> work) throws Exception {
    return begin(work).get(30, TimeUnit.SECONDS);
  }

  private <T> CompletableFuture<T> begin(Supplier<Uni<T>> work) {
    Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
    // As for a request: without it Quarkus refuses the session that a context would share.
    VertxContextSafetyToggle.setContextSafe(context, true);
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(
        ignored -> work.get().subscribe().with(done::complete, done::completeExceptionally));
    return done;
  }
}
