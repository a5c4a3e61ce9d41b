package io.slipway.identity.registry;

import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.role.AccessVersion;
import io.slipway.identity.store.OwnContext;
import io.slipway.identity.token.IssuedToken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Registry access tokens for many who ask at once. Each is decided alone, as {@code /oauth2/token}
 * does, by what was true less than a second ago; all are signed together.
 */
@ApplicationScoped
class IssueRegistryTokens {
  private final RegistryLogIn logIn;
  private final RegistryTokens tokens;
  private final AccessVersion version;

  IssueRegistryTokens(RegistryLogIn logIn, RegistryTokens tokens, AccessVersion version) {
    this.logIn = logIn;
    this.tokens = tokens;
    this.version = version;
  }

  /**
   * What one asks for.
   *
   * @param service the registry
   * @param token a refresh or access token of that registry
   * @param scopes texts of the scopes wanted
   * @param run the run that it is for
   */
  record Wanted(String service, String token, List<String> scopes, Bond.Run run) {
    @Override
    public String toString() {
      return "Wanted[service=" + service + ", scopes=" + scopes + "]";
    }
  }

  /** What one gets. */
  sealed interface Outcome {}

  /** A token. */
  record Issued(IssuedToken token, List<RegistryScope> granted, @Nullable Denied denied)
      implements Outcome {}

  /** A refusal, with the status that {@code /oauth2/token} would answer with. */
  record Refused(int status, String message) implements Outcome {}

  private sealed interface Decision {}

  private record Granted(DecidedToken token) implements Decision {}

  private record Denial(RegistryErrorException why) implements Decision {}

  /** The outcomes, in the order of what is wanted. A null asks for nothing that can be read. */
  Uni<List<Outcome>> issue(List<@Nullable Wanted> all) {
    return version.confirmed().chain(known -> decide(all, known)).chain(this::sign);
  }

  private Uni<List<Decision>> decide(List<@Nullable Wanted> all, String known) {
    return OwnContext.uni(() -> decideAsOf(all, known))
        .chain(decisions ->
            decisions.stream().anyMatch(IssueRegistryTokens::lacks)
                ? decideAgain(all, known, decisions)
                : Uni.createFrom().item(decisions));
  }

  /** Nobody is told that a right is lacking which was given just now. */
  private Uni<List<Decision>> decideAgain(
      List<@Nullable Wanted> all, String known, List<Decision> decisions) {
    return version
        .now()
        .chain(now ->
            now.equals(known)
                ? Uni.createFrom().item(decisions)
                : OwnContext.uni(() -> decideAsOf(all, now)));
  }

  private static boolean lacks(Decision decision) {
    return decision instanceof Granted(DecidedToken token) && token.lacks();
  }

  private CompletionStage<List<Decision>> decideAsOf(List<@Nullable Wanted> all, String known) {
    List<CompletableFuture<Decision>> decisions = new ArrayList<>(all.size());
    for (Wanted wanted : all) {
      decisions.add(decide(wanted, known).toCompletableFuture());
    }
    return CompletableFuture.allOf(decisions.toArray(CompletableFuture[]::new))
        .thenApply(done -> decisions.stream().map(CompletableFuture::join).toList());
  }

  private CompletionStage<Decision> decide(@Nullable Wanted wanted, String known) {
    if (wanted == null) {
      return CompletableFuture.completedStage(
          new Denial(
              RegistryErrorException.invalid(
                  "service, refreshToken, runUid and attempt are needed.")));
    }
    try {
      List<RegistryScope> asked = AskedScopes.of(wanted.scopes());
      return logIn
          .byToken(wanted.token(), wanted.service(), known)
          .<Decision>thenApply(visitor ->
              new Granted(DecidedToken.of(visitor, asked, visitor.bond().with(wanted.run()))))
          .exceptionallyCompose(IssueRegistryTokens::denial);
    } catch (RegistryErrorException refusal) {
      return CompletableFuture.completedStage(new Denial(refusal));
    }
  }

  private static CompletionStage<Decision> denial(Throwable failure) {
    return RegistryLogIn.cause(failure) instanceof RegistryErrorException refusal
        ? CompletableFuture.completedStage(new Denial(refusal))
        : CompletableFuture.failedStage(failure);
  }

  private Uni<List<Outcome>> sign(List<Decision> decisions) {
    List<DecidedToken> granted = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision instanceof Granted(DecidedToken token)) {
        token.audit();
        granted.add(token);
      }
    }
    return tokens.access(granted).map(signed -> outcomes(decisions, signed.iterator()));
  }

  private static List<Outcome> outcomes(List<Decision> decisions, Iterator<IssuedToken> signed) {
    List<Outcome> outcomes = new ArrayList<>(decisions.size());
    for (Decision decision : decisions) {
      outcomes.add(
          switch (decision) {
            case Granted(DecidedToken token) ->
                new Issued(signed.next(), token.granted(), token.denied());
            case Denial(RegistryErrorException why) ->
                new Refused(why.status(), String.valueOf(why.getMessage()));
          });
    }
    return outcomes;
  }
}
