package io.slipway.broker.binding;

import io.slipway.broker.BrokerException;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.sealing.SecretCipher;
import io.slipway.broker.sealing.SecretPlace;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A binding as task-api sends it: an identity, or user name and password.
 *
 * @param identity who logs in (for values in a key vault: who reads them)
 * @param actions what may be done, {@code pull} and {@code push} if it is missing
 * @param userName value and its type
 * @param password value and its type
 */
record BindingBody(
    @Nullable Identity identity,
    @Nullable List<String> actions,
    @Nullable Value userName,
    @Nullable Value password) {
  private static final List<String> ALL = List.of("pull", "push");
  private static final Set<String> KNOWN =
      Set.of("pull", "push", "delete", "metadata_read", "metadata_write", "*");
  private static final int LONGEST = 64 * 1024;

  record Identity(@Nullable UUID principalId, @Nullable String clientId) {}

  record Value(@Nullable String value, @Nullable String type) {
    boolean isInVault() {
      return "Vaultsecret".equalsIgnoreCase(type);
    }

    @Override
    public String toString() {
      return "Value[type=" + type + "]";
    }
  }

  /**
   * The row of the binding, its secrets encrypted.
   *
   * @throws BrokerException 400 if it is neither of the two; holds no secret
   */
  BindingEntity sealed(UUID owner, LoginServer server, SecretCipher cipher) {
    BindingEntity row = new BindingEntity();
    row.owner = owner;
    row.serverKey = server.key();
    row.loginServer = server.text();
    row.actions = String.join(",", knownActions(server));
    if (identity != null && identity.principalId() != null) {
      row.principalId = identity.principalId();
      row.clientId = identity.clientId();
    }
    if (userName == null && password == null) {
      if (row.principalId == null) {
        throw invalid(server, "needs an identity with principalId, or userName and password");
      }
      row.kind = BindingKind.Identity;
      return row;
    }
    if (userName == null || password == null) {
      throw invalid(server, "needs userName and password together");
    }
    row.kind =
        userName.isInVault() || password.isInVault() ? BindingKind.VaultSecret : BindingKind.Opaque;
    row.userName = cipher.seal(text(server, userName), SecretPlace.userName(owner, server.key()));
    row.password = cipher.seal(text(server, password), SecretPlace.password(owner, server.key()));
    return row;
  }

  private List<String> knownActions(LoginServer server) {
    List<String> wanted = actions == null ? ALL : actions;
    if (!KNOWN.containsAll(wanted)) {
      throw invalid(
          server,
          "has an unknown action; there are pull, push, delete, metadata_read"
              + " and metadata_write");
    }
    return wanted;
  }

  private static String text(LoginServer server, Value value) {
    String text = value.value();
    boolean opaque = value.type() == null || "Opaque".equalsIgnoreCase(value.type());
    if (text == null || text.isEmpty() || text.length() > LONGEST) {
      throw invalid(server, "needs values that are not empty");
    }
    if (!opaque && !value.isInVault()) {
      throw invalid(server, "has an unknown type of value; there are Opaque and Vaultsecret");
    }
    return text;
  }

  private static BrokerException invalid(LoginServer server, String what) {
    return BrokerException.invalid(
        "InvalidBinding", "The binding of " + server.text() + " " + what + ".");
  }
}
