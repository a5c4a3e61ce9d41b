package io.slipway.taskapi.access;

import io.slipway.identity.client.ReactiveHttp;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What principals may do, as identity-service decides. A decision is used again only while it is
 * certain that nothing has changed since: a right that was taken away is gone within a second.
 */
@ApplicationScoped
class DecideAccess {
  /** About 300 bytes each. */
  private static final int MOST_REMEMBERED = 20_000;

  /** As many as identity-service takes at a time. */
  private static final int MOST_CHECKS = 1_000;

  private final IdentityClient identity;
  private final ConfirmedVersion version;
  private final RememberedDecisions decisions = new RememberedDecisions(MOST_REMEMBERED);

  DecideAccess(IdentityClient identity) {
    this.identity = identity;
    this.version =
        new ConfirmedVersion(
            () -> identity.accessVersion().subscribeAsCompletionStage(), System::nanoTime);
  }

  /** For each check whether the principal may, in the same order; any number of them. */
  Uni<List<Boolean>> decide(String principalId, List<Check> checks) {
    Optional<String> certain = version.now();
    if (certain.isEmpty() && decisions.knows(principalId, checks)) {
      // One call for all who wait for it, where each would have its own decision made.
      return ReactiveHttp.onOwnContext(version::asked)
          .chain(asked -> decide(asked, principalId, checks));
    }
    return decide(certain, principalId, checks);
  }

  private Uni<List<Boolean>> decide(
      Optional<String> certain, String principalId, List<Check> checks) {
    Optional<List<Boolean>> known =
        certain.flatMap(now -> decisions.find(now, principalId, checks));
    return known.isPresent()
        ? Uni.createFrom().item(known.get())
        : askFrom(0, principalId, checks, new ArrayList<>(checks.size()));
  }

  private Uni<List<Boolean>> askFrom(
      int start, String principalId, List<Check> checks, List<Boolean> granted) {
    List<Check> piece = checks.subList(start, Math.min(start + MOST_CHECKS, checks.size()));
    long askedAt = System.nanoTime();
    return identity
        .decide(principalId, piece)
        .chain(made -> {
          if (!made.version().isEmpty()) {
            decisions.keep(principalId, piece, made);
            version.heard(made.version(), askedAt);
          }
          granted.addAll(made.granted());
          int end = start + piece.size();
          return end == checks.size()
              ? Uni.createFrom().item(granted)
              : askFrom(end, principalId, checks, granted);
        });
  }
}
