package io.slipway.identity.registry;

import io.slipway.identity.client.Audience;
import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.client.jwt.InvalidTokenException;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.identity.oauth.BasicCredentials;
import io.slipway.identity.serviceclient.AuthenticateClient;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.token.VerifyToken;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Who comes to a registry's token endpoints, by what they show. Anything wrong: the same 401. */
@ApplicationScoped
class RegistryLogIn {
  /** User name that says: the password is a token. */
  static final String TOKEN_USER = "00000000-0000-0000-0000-000000000000";

  private final VerifyToken verifier;
  private final AuthenticateClient authenticate;
  private final FindRegistryAccess findAccess;
  private final Settings settings;
  private final InstantSource clock;

  RegistryLogIn(
      VerifyToken verifier,
      AuthenticateClient authenticate,
      FindRegistryAccess findAccess,
      Settings settings,
      InstantSource clock) {
    this.verifier = verifier;
    this.authenticate = authenticate;
    this.findAccess = findAccess;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Who came.
   *
   * @param access what it may do at the registry now
   * @param ceiling what the token that was shown had been cut to; empty if it had not
   * @param end when that token ends, and with it whatever is made from it; {@link Instant#MAX}
   *     without a token, or with one of its own for ARM or the exchange: who has that could get
   *     another one
   * @param bond whose token it was, see {@link Bond}
   */
  record Visitor(
      RegistryAccess access, Optional<List<RegistryScope>> ceiling, Instant end, Bond bond) {
    static Visitor with(VerifiedToken token, RegistryAccess access) {
      return new Visitor(
          access, RegistryTokens.ceiling(token), token.expiresAt(), Bond.read(token));
    }
  }

  /**
   * With a token of this registry, at the door that all can reach. What the broker exchanges for
   * runs is good at its own door alone, where it says for which run: here it would outlive that.
   */
  Uni<Visitor> byToken(String token, String service) {
    return Uni.createFrom()
        .completionStage(() -> verified(token))
        .invoke(verified -> {
          requireFor(verified, service);
          if (Bond.read(verified).isLent() && RegistryTokens.ceiling(verified).isEmpty()) {
            throw RegistryErrorException.unauthorized();
          }
        })
        .chain(verified ->
            findAccess
                .find(principal(verified.subject()), service)
                .map(access -> Visitor.with(verified, access)));
  }

  /**
   * The same as of a version that was read a moment ago, for many tokens at once.
   *
   * @param version see {@link FindRegistryAccess#find(UUID, String, String)}
   */
  CompletionStage<Visitor> byToken(String token, String service, String version) {
    return verified(token)
        .thenCompose(verified -> {
          requireFor(verified, service);
          return findAccess
              .find(principal(verified.subject()), service, version)
              .thenApply(access -> Visitor.with(verified, access));
        });
  }

  /** One that ended a moment ago is as good as any for clocks that differ, but has no heirs. */
  private void requireFor(VerifiedToken token, String service) {
    if (!RegistryTokens.isFor(token, service) || !token.expiresAt().isAfter(clock.instant())) {
      throw RegistryErrorException.unauthorized();
    }
  }

  /** With a user name and password: a token of this registry, or a client id and secret. */
  Uni<Visitor> byPassword(BasicCredentials credentials, String service) {
    if (credentials.userName().equals(TOKEN_USER)) {
      return byToken(credentials.password(), service);
    }
    return authenticate
        .check(credentials.userName(), credentials.password())
        .map(found -> found.orElseThrow(RegistryErrorException::unauthorized))
        .chain(principal -> findAccess.find(principal.id, service))
        .map(access -> new Visitor(access, Optional.empty(), Instant.MAX, Bond.NONE));
  }

  /**
   * With a principal's own ARM token, or one whose audience is the exchange itself. One that was
   * taken in the principal's name is good for the one registry that it was taken for.
   */
  Uni<Visitor> byArmToken(String token, String service) {
    return Uni.createFrom()
        .completionStage(() -> verified(token))
        .chain(verified -> {
          Bond bond = Bond.read(verified);
          boolean forExchange = verified.audience().equals(Audience.REGISTRY_EXCHANGE);
          if (bond.isLent()
              ? !forExchange || !verified.text("service").filter(service::equals).isPresent()
              : !forExchange && !Audience.same(verified.audience(), settings.armResource())) {
            throw RegistryErrorException.unauthorized();
          }
          UUID principal =
              principal(verified.text("oid").orElseThrow(RegistryErrorException::unauthorized));
          Instant end = bond.isLent() ? verified.expiresAt() : Instant.MAX;
          return findAccess
              .find(principal, service)
              .invoke(access -> {
                if (!forExchange && !access.armTokens()) {
                  throw noArmTokens(service);
                }
              })
              .map(access -> new Visitor(access, Optional.empty(), end, bond));
        });
  }

  private static RegistryErrorException noArmTokens(String service) {
    return new RegistryErrorException(
        401,
        "UNAUTHORIZED",
        "'"
            + service
            + "' takes no tokens of the ARM audience (authentication-as-arm is disabled): show one"
            + " of the audience "
            + Audience.REGISTRY_EXCHANGE
            + ".",
        null);
  }

  private CompletionStage<VerifiedToken> verified(String token) {
    return verifier
        .check(token)
        .exceptionallyCompose(failure ->
            CompletableFuture.failedStage(
                cause(failure) instanceof InvalidTokenException
                    ? RegistryErrorException.unauthorized()
                    : failure));
  }

  /** What a stage failed with. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : failure;
  }

  private static UUID principal(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException none) {
      throw RegistryErrorException.unauthorized();
    }
  }
}
