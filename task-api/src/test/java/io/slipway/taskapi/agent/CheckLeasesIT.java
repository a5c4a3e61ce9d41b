package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.lease.HeldLease;
import io.slipway.taskapi.store.TestLedger;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many tokens are checked in one statement: what is wrong with one run is of that run alone. */
class CheckLeasesIT {
  private TestLedger ledger;

  @BeforeEach
  void start() {
    ledger = new TestLedger();
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  @Test
  void shouldAnswerTheOthersWhenARowCannotBeRead() {
    UUID good = held("good", "'{\"mayActAs\":[\"p\"],\"ownRegistry\":true}'");
    held("text", "'not JSON'");
    held("list", "'[]'");
    held("type", "'{\"mayActAs\":7,\"ownRegistry\":true}'");
    held("null", "'null'");
    held("none", "null");

    List<HeldLease> leases =
        new CheckLeases(new LeaseTransactions(ledger.pool()), ledger.json())
            .check(List.of("text", "list", "good", "type", "null", "none", "unknown"))
            .await()
            .atMost(Duration.ofSeconds(20));

    assertThat(leases).hasSize(7);
    assertThat(leases.get(2).runUid()).isEqualTo(good);
    assertThat(leases.get(2).mayActAs()).containsExactly("p");
    leases.set(2, null);
    assertThat(leases).containsOnlyNulls();
  }

  private UUID held(String token, String rights) {
    UUID uid = ledger.run("Running", 10);
    ledger.change(
        "update run set token_hash = '%s', rights = %s where uid = '%s'"
            .formatted(RunToken.hash(token), rights, uid));
    return uid;
  }
}
