package io.slipway.identity.registry;

import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.token.IssuedToken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Registry access tokens for many who ask at once. Each is decided alone, as {@code /oauth2/token}
 * does; all are signed together.
 */
@ApplicationScoped
class IssueRegistryTokens {
  private final RegistryLogIn logIn;
  private final RegistryTokens tokens;

  IssueRegistryTokens(RegistryLogIn logIn, RegistryTokens tokens) {
    this.logIn = logIn;
    this.tokens = tokens;
  }

  /**
   * What one asks for.
   *
   * @param service the registry
   * @param token a refresh or access token of that registry
   * @param scopes texts of the scopes wanted
   */
  record Wanted(String service, String token, List<String> scopes) {
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
    if (all.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return Uni.join().all(all.stream().map(this::decide).toList()).andFailFast().chain(this::sign);
  }

  private Uni<Decision> decide(@Nullable Wanted wanted) {
    if (wanted == null) {
      return Uni.createFrom()
          .item(new Denial(RegistryErrorException.invalid("service and refreshToken are needed.")));
    }
    return Uni.createFrom()
        .deferred(() -> {
          List<RegistryScope> asked = AskedScopes.of(wanted.scopes());
          return logIn
              .byToken(wanted.token(), wanted.service())
              .<Decision>map(visitor -> new Granted(DecidedToken.of(visitor, asked)));
        })
        .onFailure(RegistryErrorException.class)
        .recoverWithItem(refusal -> new Denial((RegistryErrorException) refusal));
  }

  private Uni<List<Outcome>> sign(List<Decision> decisions) {
    List<DecidedToken> granted = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision instanceof Granted one) {
        granted.add(one.token());
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
