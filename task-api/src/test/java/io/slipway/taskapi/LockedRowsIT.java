package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Somebody locks a row and never lets it go: that is the trouble of who needs it, and of no other.
 */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class LockedRowsIT {
  /** As many as there are connections for them. */
  private static final int LEASES = 6;

  private static final int ALL = 16;

  private final Fixture fixture = Fixture.of("lockedrows");

  @Test
  void shouldRenewLeasesWhileClaimsWaitForALock() throws Exception {
    RunRef held = fixture.schedule();
    RunRef locked = fixture.schedule();
    try (TestAgent agent = new TestAgent("agent-locked");
        Locked row = new Locked("run where uid = '" + locked.runUid() + "'")) {
      agent.claim(held.runUid(), 1);

      assertThat(row.blocking(LEASES, () -> agent.claimStatus(locked.runUid(), 1, 300)))
          .allSatisfy(claim -> assertThat(claim.join()).isEqualTo(503));

      Eventually.equal("Held", () -> agent.beat(held.runUid(), 1));
    }
    assertThat(fixture.status(locked)).isEqualTo("Queued");
  }

  @Test
  void shouldAnswerOthersWhileWritersWaitForALock() throws Exception {
    String patch = "{'properties':{'timeout':600}}";
    try (Locked row =
        new Locked(
            "task where registry_uid = (select uid from registry where name = 'lockedrows')")) {
      List<CompletableFuture<Api.Answer>> writers =
          row.blocking(ALL, () -> fixture.api().patch(fixture.task("hello"), patch));
      assertThat(fixture.api().get(fixture.id()).status()).isEqualTo(200);

      assertThat(writers)
          .allSatisfy(writer -> {
            assertThat(writer.join().status()).isEqualTo(503);
            assertThat(writer.join().header("Retry-After")).isEqualTo("5");
            assertThat(writer.join().at("/error/message")).contains("locked by another request");
          });
    }
    assertThat(fixture.api().patch(fixture.task("hello"), patch).status()).isEqualTo(200);
  }

  /** A row that another session has locked. */
  private static final class Locked implements AutoCloseable {
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final Connection connection = Ledger.connect();

    Locked(String row) throws Exception {
      connection.setAutoCommit(false);
      try (Statement lock = connection.createStatement()) {
        lock.execute("select 1 from " + row + " for update");
      }
    }

    /** Begins calls that need the row. */
    <T> List<CompletableFuture<T>> blocking(int number, Supplier<T> call) {
      return IntStream.range(0, number)
          .mapToObj(ignored -> CompletableFuture.supplyAsync(call, callers))
          .toList();
    }

    @Override
    public void close() throws Exception {
      connection.close();
      callers.close();
    }
  }
}
