package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.binding.BindingEntity;
import io.slipway.broker.binding.BindingKind;
import io.slipway.broker.registry.LogInAsIdentity;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.identity.client.RegistryScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What a binding says about a request: a credential that can be lent as it is, or whom to log in
 * as. Calls nobody.
 */
@ApplicationScoped
class PrepareLease {
  /** So long an agent may use a password before it asks again. */
  private static final Duration PASSWORD_LIFE = Duration.ofMinutes(15);

  private final StoredSecrets stored;
  private final InstantSource clock;

  PrepareLease(StoredSecrets stored, InstantSource clock) {
    this.stored = stored;
    this.clock = clock;
  }

  /** How a request goes on. */
  sealed interface Prepared {
    /** It has what was asked for. */
    record Lent(CredentialLease lease) implements Prepared {}

    /** The identity's token is lent. */
    record AsIdentity(LogInAsIdentity.LogIn logIn) implements Prepared {}
  }

  /** Refuses what the binding does not allow, and an identity that is not the run's. */
  Prepared prepare(LeaseRequest request, Optional<BindingEntity> found) {
    LoginServer server = request.server();
    BindingEntity binding = found.orElseThrow(() -> BrokerException.noCredential(server.text()));
    List<RegistryScope> scopes = cut(request.scopes(), server, binding);
    return switch (binding.kind) {
      case Identity -> new Prepared.AsIdentity(logIn(request.run(), server, scopes, binding));
      // Only addresses leave the broker; the agent reads the vault as the bound identity.
      case Opaque, VaultSecret -> new Prepared.Lent(password(server, scopes, binding));
    };
  }

  /** The scopes asked for, without what the binding does not allow. */
  private static List<RegistryScope> cut(
      List<RegistryScope> asked, LoginServer server, BindingEntity binding) {
    List<String> allowed = binding.actionList();
    List<RegistryScope> scopes =
        RegistryScope.merged(asked).stream()
            .map(scope -> scope.with(scope.actions().stream().filter(allowed::contains).toList()))
            .filter(scope -> !scope.actions().isEmpty())
            .toList();
    if (scopes.isEmpty() && !asked.isEmpty()) {
      throw BrokerException.notGranted(
          "The task's credential for "
              + server.text()
              + " is only for "
              + String.join(", ", allowed)
              + ".",
          Map.of());
    }
    return scopes;
  }

  private static LogInAsIdentity.LogIn logIn(
      RunLease run, LoginServer server, List<RegistryScope> scopes, BindingEntity binding) {
    UUID principal = Objects.requireNonNull(binding.principalId);
    if (!run.mayActAs().contains(principal)) {
      throw BrokerException.mayNotActAs(principal.toString());
    }
    return new LogInAsIdentity.LogIn(
        new LogInAsIdentity.ForRun(run.token(), run.runUid(), run.attempt()),
        principal,
        binding.clientId,
        server,
        scopes);
  }

  private CredentialLease password(
      LoginServer server, List<RegistryScope> scopes, BindingEntity binding) {
    String userName =
        stored
            .cipher()
            .open(
                Objects.requireNonNull(binding.userName),
                SecretPlace.userName(binding.owner, binding.serverKey));
    String password =
        stored
            .cipher()
            .open(
                Objects.requireNonNull(binding.password),
                SecretPlace.password(binding.owner, binding.serverKey));
    return new CredentialLease(
        server.text(),
        userName,
        password,
        scopes.stream().map(RegistryScope::text).toList(),
        clock.instant().plus(PASSWORD_LIFE),
        binding.kind == BindingKind.VaultSecret ? inVault(binding, userName, password) : null);
  }

  private static CredentialLease.InVault inVault(
      BindingEntity binding, String userName, String password) {
    return new CredentialLease.InVault(
        isAddress(userName),
        isAddress(password),
        binding.principalId == null ? null : binding.principalId.toString());
  }

  /** One of the two may be a plain value; it is told apart as the original does, by its form. */
  private static boolean isAddress(String value) {
    return value.regionMatches(true, 0, "https://", 0, "https://".length())
        && value.toLowerCase(Locale.ROOT).contains("/secrets/");
  }
}
