package io.slipway.broker.lease;

import io.slipway.broker.binding.FindBinding;
import io.slipway.broker.lease.PrepareLease.Prepared;
import io.slipway.broker.registry.LogInAsIdentity;
import io.slipway.broker.upstream.Outcome;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Lends a credential for one login server to the agent that holds the run's active lease. What is
 * bound, and what the identity may do, is looked up anew for every lease.
 */
@ApplicationScoped
class IssueLease {
  /** User name that says: the password is a token. */
  private static final String TOKEN_USER = "00000000-0000-0000-0000-000000000000";

  /** Registry access tokens live so long; the end is told a little early. */
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(4);

  private final FindBinding bindings;
  private final PrepareLease prepareLease;
  private final LogInAsIdentity logInAsIdentity;
  private final InstantSource clock;

  IssueLease(
      FindBinding bindings,
      PrepareLease prepareLease,
      LogInAsIdentity logInAsIdentity,
      InstantSource clock) {
    this.bindings = bindings;
    this.prepareLease = prepareLease;
    this.logInAsIdentity = logInAsIdentity;
    this.clock = clock;
  }

  /** Fails as {@code docs/interfaces.md} says. */
  Uni<CredentialLease> issue(LeaseRequest request) {
    return bindings
        .find(wanted(request))
        .map(binding -> prepareLease.prepare(request, binding))
        .chain(prepared ->
            switch (prepared) {
              case Prepared.Lent lent -> Uni.createFrom().item(lent.lease());
              case Prepared.AsIdentity identity -> {
                Instant end = clock.instant().plus(TOKEN_LIFE);
                yield logInAsIdentity
                    .logIn(identity.logIn())
                    .map(access -> lease(identity.logIn(), access, end));
              }
            });
  }

  /**
   * The same for many, in the same order, as far as no registry must be called for it: such a call
   * may take long, and all would wait for it. Empty for those that must be asked for alone.
   */
  Uni<List<Outcome<Optional<CredentialLease>>>> issueWithoutRegistry(List<LeaseRequest> all) {
    return bindings
        .find(all.stream().map(IssueLease::wanted).toList())
        .map(found -> {
          List<Outcome<Prepared>> prepared = new ArrayList<>(all.size());
          for (int i = 0; i < all.size(); i++) {
            LeaseRequest request = all.get(i);
            prepared.add(found.get(i).then(binding -> prepareLease.prepare(request, binding)));
          }
          return prepared;
        })
        .chain(prepared -> Outcome.together(prepared, this::finish));
  }

  private Uni<List<Outcome<Optional<CredentialLease>>>> finish(List<Prepared> all) {
    List<LogInAsIdentity.LogIn> logIns = new ArrayList<>();
    for (Prepared each : all) {
      if (each instanceof Prepared.AsIdentity identity) {
        logIns.add(identity.logIn());
      }
    }
    Instant end = clock.instant().plus(TOKEN_LIFE);
    return logInAsIdentity
        .logInWithoutRegistry(logIns)
        .map(accesses -> {
          Iterator<Outcome<Optional<LogInAsIdentity.Access>>> next = accesses.iterator();
          return all.stream()
              .map(each ->
                  switch (each) {
                    case Prepared.Lent lent -> Outcome.of(Optional.of(lent.lease()));
                    case Prepared.AsIdentity identity ->
                        next.next()
                            .then(
                                access -> access.map(given -> lease(identity.logIn(), given, end)));
                  })
              .toList();
        });
  }

  private static FindBinding.Wanted wanted(LeaseRequest request) {
    RunLease run = request.run();
    return new FindBinding.Wanted(run.bindingOwner(), run.sourceOwner(), request.server());
  }

  private static CredentialLease lease(
      LogInAsIdentity.LogIn logIn, LogInAsIdentity.Access access, Instant end) {
    return new CredentialLease(
        logIn.server().text(),
        TOKEN_USER,
        access.token(),
        access.granted().stream().map(RegistryScope::text).toList(),
        end,
        null);
  }
}
