package io.slipway.broker.registry;

import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.rule.MissingRight;
import io.slipway.broker.upstream.Outcome;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gets a registry access token for a managed identity: identity-service -> exchange at the
 * registry's realm -> token for exactly the scopes. The token is got anew for each lease, from what
 * the exchange gave a few minutes ago at most.
 */
@ApplicationScoped
public class LogInAsIdentity {
  private final IdentityTokenClient identities;
  private final RegistryClient registries;
  private final OwnRegistryTokens own;
  private final RegistryConfig config;
  private final Exchanges exchanges;

  LogInAsIdentity(
      IdentityTokenClient identities,
      RegistryClient registries,
      OwnRegistryTokens own,
      RegistryConfig config,
      Exchanges exchanges) {
    this.identities = identities;
    this.registries = registries;
    this.own = own;
    this.config = config;
    this.exchanges = exchanges;
  }

  /**
   * Who logs in where.
   *
   * @param run the run that asks
   * @param principalId of the identity
   * @param clientId of the identity, if it is known
   * @param server where
   * @param scopes for what; empty only tries the log-in
   */
  public record LogIn(
      ForRun run,
      UUID principalId,
      @Nullable String clientId,
      LoginServer server,
      List<RegistryScope> scopes) {
    @Override
    public String toString() {
      return "LogIn[principal=" + principalId + ", server=" + server.text() + "]";
    }
  }

  /** An attempt of a run, and the token with which it is held. */
  public record ForRun(String token, UUID uid, int attempt) {
    @Override
    public String toString() {
      return "ForRun[" + uid + "/" + attempt + "]";
    }
  }

  /** A registry access token with what it opens. */
  public record Access(String token, List<RegistryScope> granted) {
    @Override
    public String toString() {
      return "Access[granted=" + granted + "]";
    }
  }

  /** The token; fails with NotGranted if the identity may not do all that is asked for. */
  public Uni<Access> logIn(LogIn wanted) {
    Exchanges.Key key = key(wanted);
    return exchanges
        .get(key, () -> exchange(wanted))
        .chain(known ->
            token(wanted, known)
                .onFailure(RegistryClient.RefreshRefusedException.class)
                .recoverWithUni(() -> {
                  exchanges.forget(key, known);
                  return exchanges.get(key, () -> exchange(wanted)).chain(e -> token(wanted, e));
                }))
        .onFailure(RegistryClient.RefreshRefusedException.class)
        .transform(twice -> RegistryClient.refused(wanted.server()))
        .map(token -> access(wanted, token));
  }

  /**
   * Tokens for many, as far as identity-service alone gives them: an empty one needs a call to a
   * registry first, which may take long, and must be got by itself.
   */
  public Uni<List<Outcome<Optional<Access>>>> logInWithoutRegistry(List<LogIn> all) {
    List<Optional<Known>> known = all.stream().map(this::known).toList();
    return own.tokens(known.stream().flatMap(Optional::stream).map(Known::asked).toList())
        .map(tokens -> {
          Iterator<Outcome<RegistryClient.Token>> next = tokens.iterator();
          return known.stream()
              .map(one ->
                  one.map(each -> access(each, next.next()))
                      .orElseGet(() -> Outcome.of(Optional.empty())))
              .toList();
        });
  }

  private record Known(LogIn wanted, Exchanges.Exchanged exchanged) {
    OwnRegistryTokens.Asked asked() {
      return new OwnRegistryTokens.Asked(
          wanted.server(),
          exchanged.endpoint().service(),
          exchanged.refreshToken(),
          wanted.scopes(),
          wanted.run());
    }
  }

  private Optional<Known> known(LogIn wanted) {
    return exchanges
        .known(key(wanted))
        .filter(exchanged -> config.isOwn(exchanged.endpoint()))
        .map(exchanged -> new Known(wanted, exchanged));
  }

  private Outcome<Optional<Access>> access(Known known, Outcome<RegistryClient.Token> token) {
    if (token.failure() instanceof RegistryClient.RefreshRefusedException) {
      exchanges.forget(key(known.wanted()), known.exchanged());
      return Outcome.of(Optional.empty());
    }
    return token.then(given -> Optional.of(access(known.wanted(), given)));
  }

  private static Exchanges.Key key(LogIn wanted) {
    return new Exchanges.Key(wanted.principalId(), wanted.server().key());
  }

  private Uni<RegistryClient.Token> token(LogIn wanted, Exchanges.Exchanged exchanged) {
    return config.isOwn(exchanged.endpoint())
        ? own.token(new Known(wanted, exchanged).asked())
        : registries.token(
            wanted.server(), exchanged.endpoint(), exchanged.refreshToken(), wanted.scopes());
  }

  private Uni<Exchanges.Exchanged> exchange(LogIn wanted) {
    return registries
        .challenge(wanted.server())
        .chain(endpoint ->
            identities
                .forExchange(wanted.run().token(), wanted.principalId(), endpoint.service())
                .chain(
                    token -> registries.exchange(wanted.server(), endpoint, token, wanted.scopes()))
                .map(exchange -> refreshToken(wanted, exchange))
                .map(refresh -> new Exchanges.Exchanged(endpoint, refresh)));
  }

  private static String refreshToken(LogIn wanted, RegistryClient.Exchange exchange) {
    return switch (exchange) {
      case RegistryClient.Exchange.Granted granted -> granted.refreshToken();
      case RegistryClient.Exchange.Denied denied -> {
        List<String> actions =
            wanted.scopes().stream().flatMap(scope -> scope.actions().stream()).distinct().toList();
        throw missing(wanted, actions, denied.detail()).refusal();
      }
    };
  }

  private static Access access(LogIn wanted, RegistryClient.Token token) {
    List<RegistryScope> granted = GrantedAccess.read(token.accessToken()).orElse(wanted.scopes());
    List<String> missing = GrantedAccess.missing(wanted.scopes(), granted);
    if (!missing.isEmpty()) {
      throw missing(wanted, missing, token.denied()).refusal();
    }
    return new Access(token.accessToken(), granted);
  }

  private static MissingRight missing(
      LogIn wanted, List<String> actions, @Nullable JsonObject detail) {
    String clientId = text(detail, "clientId");
    return new MissingRight(
        wanted.server().text(),
        text(detail, "principalName"),
        clientId == null ? wanted.clientId() : clientId,
        wanted.principalId().toString(),
        actions,
        text(detail, "scope"),
        rolesThatWould(detail));
  }

  private static List<String> rolesThatWould(@Nullable JsonObject detail) {
    return detail != null && detail.getValue("rolesThatWould") instanceof JsonArray roles
        ? roles.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }

  private static @Nullable String text(@Nullable JsonObject detail, String field) {
    return detail != null && detail.getValue(field) instanceof String text ? text : null;
  }
}
