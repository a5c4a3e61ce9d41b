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
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Who comes to a registry's token endpoints, by what they show. Anything wrong: the same 401. */
@ApplicationScoped
class RegistryLogIn {
  /** User name that says: the password is a token. */
  static final String TOKEN_USER = "00000000-0000-0000-0000-000000000000";

  private final VerifyToken verifier;
  private final AuthenticateClient authenticate;
  private final FindRegistryAccess findAccess;
  private final Settings settings;

  RegistryLogIn(
      VerifyToken verifier,
      AuthenticateClient authenticate,
      FindRegistryAccess findAccess,
      Settings settings) {
    this.verifier = verifier;
    this.authenticate = authenticate;
    this.findAccess = findAccess;
    this.settings = settings;
  }

  /**
   * Who came.
   *
   * @param access what it may do at the registry now
   * @param ceiling what the token that was shown had been cut to; empty if it had not
   */
  record Visitor(RegistryAccess access, Optional<List<RegistryScope>> ceiling) {}

  /** With a token of this registry. */
  Uni<Visitor> byToken(String token, String service) {
    return verified(token)
        .invoke(verified -> {
          if (!RegistryTokens.isFor(verified, service)) {
            throw RegistryErrorException.unauthorized();
          }
        })
        .chain(verified ->
            findAccess
                .find(principal(verified.subject()), service)
                .map(access -> new Visitor(access, RegistryTokens.ceiling(verified))));
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
        .map(access -> new Visitor(access, Optional.empty()));
  }

  /** With an ARM token, or one whose audience is the exchange itself. */
  Uni<RegistryAccess> byArmToken(String token, String service) {
    return verified(token)
        .map(verified -> {
          if (!Audience.same(verified.audience(), settings.armResource())
              && !verified.audience().equals(Audience.REGISTRY_EXCHANGE)) {
            throw RegistryErrorException.unauthorized();
          }
          return principal(verified.text("oid").orElseThrow(RegistryErrorException::unauthorized));
        })
        .chain(principal -> findAccess.find(principal, service));
  }

  private Uni<VerifiedToken> verified(String token) {
    return verifier
        .verify(token)
        .onFailure(InvalidTokenException.class)
        .transform(invalid -> RegistryErrorException.unauthorized());
  }

  private static UUID principal(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException none) {
      throw RegistryErrorException.unauthorized();
    }
  }
}
