package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.binding.BindingEntity;
import io.slipway.broker.binding.BindingKind;
import io.slipway.broker.binding.FindBinding;
import io.slipway.broker.registry.LogInAsIdentity;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

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

  /** So long an agent may use a password before it asks again. */
  private static final Duration PASSWORD_LIFE = Duration.ofMinutes(15);

  private final FindBinding bindings;
  private final LogInAsIdentity logInAsIdentity;
  private final StoredSecrets stored;
  private final InstantSource clock;

  IssueLease(
      FindBinding bindings,
      LogInAsIdentity logInAsIdentity,
      StoredSecrets stored,
      InstantSource clock) {
    this.bindings = bindings;
    this.logInAsIdentity = logInAsIdentity;
    this.stored = stored;
    this.clock = clock;
  }

  /** Fails with 403 unless the token's run is held, and as {@code docs/interfaces.md} says. */
  Uni<CredentialLease> issue(RunLease run, LoginServer server, List<RegistryScope> scopes) {
    return bindings
        .find(new FindBinding.Wanted(run.bindingOwner(), run.sourceOwner(), server))
        .map(found -> found.orElseThrow(() -> BrokerException.noCredential(server.text())))
        .chain(binding -> lend(run, server, scopes, binding));
  }

  private Uni<CredentialLease> lend(
      RunLease run, LoginServer server, List<RegistryScope> asked, BindingEntity binding) {
    List<RegistryScope> scopes = cut(asked, server, binding);
    return switch (binding.kind) {
      case Identity -> lendToken(run, server, scopes, binding);
      case Opaque -> Uni.createFrom().item(() -> lendPassword(run, server, scopes, binding));
      // Only addresses leave the broker; the agent reads the vault as the bound identity.
      case VaultSecret -> Uni.createFrom().item(() -> lendPassword(run, server, scopes, binding));
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

  private Uni<CredentialLease> lendToken(
      RunLease run, LoginServer server, List<RegistryScope> scopes, BindingEntity binding) {
    UUID principal = Objects.requireNonNull(binding.principalId);
    if (!run.mayActAs().contains(principal)) {
      throw BrokerException.mayNotActAs(principal.toString());
    }
    LogInAsIdentity.LogIn wanted =
        new LogInAsIdentity.LogIn(run.token(), principal, binding.clientId, server, scopes);
    Instant end = clock.instant().plus(TOKEN_LIFE);
    return logInAsIdentity
        .logIn(wanted)
        .map(access ->
            new CredentialLease(
                server.text(), TOKEN_USER, access.token(), texts(access.granted()), end, null));
  }

  private CredentialLease lendPassword(
      RunLease run, LoginServer server, List<RegistryScope> scopes, BindingEntity binding) {
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
        texts(scopes),
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

  private static List<String> texts(List<RegistryScope> scopes) {
    return scopes.stream().map(RegistryScope::text).toList();
  }
}
