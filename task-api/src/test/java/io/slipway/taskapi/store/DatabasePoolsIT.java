package io.slipway.taskapi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.slipway.identity.client.database.DatabasePools;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PoolOptions;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a service's connections do when PostgreSQL, or one process of it, falls silent. */
class DatabasePoolsIT {
  private static TestStore store;
  private static TestStore impatient;

  @BeforeAll
  static void start() {
    store = TestStore.migrated();
    store.change("create table doubt (id int primary key)");
    impatient = store.with(Map.of("statement_timeout", "1000"));
  }

  @AfterAll
  static void stop() {
    impatient.close();
    store.close();
  }

  @Test
  void shouldOpenOthersForConnectionsThatFallSilent() throws InterruptedException {
    CountDownLatch open = new CountDownLatch(TestStore.SIZE);
    CompletableFuture<Void> commit = new CompletableFuture<>();
    List<CompletableFuture<Integer>> writes =
        IntStream.range(0, TestStore.SIZE)
            .mapToObj(id -> write(id, open, commit).subscribeAsCompletionStage())
            .toList();
    open.await();

    try (StoppedBackends all = new StoppedBackends(store::query)) {
      commit.complete(null);

      assertThat(writes)
          .allSatisfy(
              write -> assertThat(Outage.is(catchThrowable(write::join))).as("passes").isTrue());
      assertThat(TestStore.await(impatient.pool().query("select 1").execute()).size()).isOne();
    }

    // Their commits were sent, and are done late or not at all; whoever repeats the work waits.
    for (int id = 0; id < TestStore.SIZE; id++) {
      TestStore.await(write(id, new CountDownLatch(1), CompletableFuture.completedFuture(null)));
    }
    assertThat(store.query("select count(*) from doubt")).isEqualTo("" + TestStore.SIZE);
  }

  @Test
  void shouldKeepTheConnectionWhenPostgresEndsTheStatement() {
    List<String> processes =
        TestStore.await(
            impatient
                .pool()
                .withConnection(connection ->
                    process(connection.query("select pg_backend_pid() as pid").execute())
                        .chain(before ->
                            connection
                                .query("select pg_sleep(60)")
                                .execute()
                                .map(slept -> "it was not ended")
                                .onFailure(PgException.class)
                                .recoverWithItem(ended -> ((PgException) ended).getSqlState())
                                .chain(state ->
                                    process(
                                            connection
                                                .query("select pg_backend_pid() as pid")
                                                .execute())
                                        .map(after -> List.of(before, state, after))))));

    assertThat(processes.get(1)).isEqualTo("57014");
    assertThat(processes.get(2)).isEqualTo(processes.get(0));
  }

  @Test
  void shouldNotWaitForAServerThatTakesConnectionsAndSaysNothing() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ServerSocket silent = new ServerSocket(0)) {
      PgConnectOptions options =
          new PgConnectOptions()
              .setHost("127.0.0.1")
              .setPort(silent.getLocalPort())
              .addProperty("statement_timeout", "1");
      PoolOptions one = new PoolOptions().setMaxSize(1);
      Pool pool = Pool.newInstance(DatabasePools.of(vertx.getDelegate(), List.of(options), one));

      for (int attempt = 0; attempt < 2; attempt++) {
        Throwable failure = catchThrowable(() -> TestStore.await(pool.query("select 1").execute()));

        assertThat(Outage.is(failure)).as("%s passes", failure).isTrue();
      }
    } finally {
      vertx.closeAndAwait();
    }
  }

  @Test
  void shouldRefuseAPoolWithoutALimit() {
    Vertx vertx = Vertx.vertx();
    try {
      assertThatThrownBy(() ->
              DatabasePools.of(
                  vertx.getDelegate(), List.of(new PgConnectOptions()), new PoolOptions()))
          .hasMessageContaining("statement_timeout");
    } finally {
      vertx.closeAndAwait();
    }
  }

  private static Uni<Integer> write(int id, CountDownLatch open, CompletableFuture<Void> commit) {
    return impatient
        .transactions()
        .in(connection ->
            connection
                .preparedQuery("insert into doubt values ($1) on conflict do nothing")
                .execute(Sql.values(id))
                .invoke(open::countDown)
                .chain(rows -> Uni.createFrom().completionStage(commit).replaceWith(id)));
  }

  private static Uni<String> process(Uni<RowSet<Row>> asked) {
    return asked.map(rows -> String.valueOf(rows.iterator().next().getInteger("pid")));
  }
}
