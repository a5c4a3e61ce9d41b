package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.upstream.Outcome;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lends for many runs at once: each is asked about, and refused, as if it had come alone, but all
 * are one question to task-api, one to the database and one to identity-service.
 */
@ApplicationScoped
class LendTogether {
  private final RunLeases runLeases;
  private final IssueLease issueLease;

  LendTogether(RunLeases runLeases, IssueLease issueLease) {
    this.runLeases = runLeases;
    this.issueLease = issueLease;
  }

  /** A request as it was written, with the run token that is to open it. */
  record Asked(@Nullable String runToken, WantedLease wanted) {
    @Override
    public String toString() {
      return "Asked[" + wanted + "]";
    }
  }

  private record Checked(String token, LoginServer server, List<RegistryScope> scopes) {
    @Override
    public String toString() {
      return "Checked[server=" + server.text() + ", scopes=" + scopes + "]";
    }
  }

  /**
   * What becomes of each, in the same order; empty for one that must be asked for alone.
   *
   * @param key secret that the caller shows beside the run tokens
   */
  Uni<List<Outcome<Optional<CredentialLease>>>> lend(List<Asked> all, @Nullable String key) {
    List<Outcome<Checked>> checked =
        all.stream().map(asked -> Outcome.of(asked).then(LendTogether::checked)).toList();
    return Outcome.together(checked, some -> held(some, key))
        .chain(held -> Outcome.together(held, this::issue));
  }

  private static Checked checked(Asked asked) {
    String token = asked.runToken();
    if (token == null || !Caller.isRunToken(token)) {
      throw BrokerException.invalidRunToken("The token is missing or not valid here.");
    }
    return new Checked(token, asked.wanted().server(), asked.wanted().parsedScopes());
  }

  private Uni<List<Outcome<LeaseRequest>>> held(List<Checked> all, @Nullable String key) {
    return runLeases
        .require(all.stream().map(Checked::token).toList(), key)
        .map(leases -> {
          List<Outcome<LeaseRequest>> requests = new ArrayList<>(all.size());
          for (int i = 0; i < all.size(); i++) {
            Checked each = all.get(i);
            Outcome<RunLease> lease = leases.get(i);
            if (lease.failure() instanceof BrokerException refusal) {
              LeaseAudit.refused(each.server(), refusal);
            }
            requests.add(lease.then(run -> new LeaseRequest(run, each.server(), each.scopes())));
          }
          return requests;
        });
  }

  private Uni<List<Outcome<Optional<CredentialLease>>>> issue(List<LeaseRequest> all) {
    return issueLease
        .issueWithoutRegistry(all)
        .invoke(outcomes -> {
          for (int i = 0; i < all.size(); i++) {
            record(all.get(i), outcomes.get(i));
          }
        });
  }

  private static void record(LeaseRequest request, Outcome<Optional<CredentialLease>> outcome) {
    if (outcome.failure() instanceof BrokerException refusal) {
      LeaseAudit.refused(request.run(), request.server(), refusal);
    } else if (outcome.failure() == null) {
      outcome
          .result()
          .ifPresent(lease -> LeaseAudit.issued(request.run(), lease, request.server()));
    }
  }
}
