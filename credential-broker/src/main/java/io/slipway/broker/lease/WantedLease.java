package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.rule.LoginServer;
import io.slipway.identity.client.RegistryScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent wrote that it wants, not checked yet. */
record WantedLease(@Nullable String loginServer, @Nullable List<@Nullable String> scopes) {
  private static final int MOST_SCOPES = 50;

  /** Where; refused with 400 if it is not a login server. */
  LoginServer server() {
    return LoginServer.parse(loginServer == null ? "" : loginServer)
        .orElseThrow(() ->
            BrokerException.invalid(
                "InvalidLoginServer",
                "loginServer must be a host name, with a port if it has one."));
  }

  /** For what; refused with 400 if there are too many, or one is not a scope. */
  List<RegistryScope> parsedScopes() {
    if (scopes == null) {
      return List.of();
    }
    if (scopes.size() > MOST_SCOPES) {
      throw BrokerException.invalid(
          "InvalidScope", "At most " + MOST_SCOPES + " scopes can be asked for at once.");
    }
    return scopes.stream()
        .map(text ->
            RegistryScope.parse(String.valueOf(text))
                .orElseThrow(() ->
                    BrokerException.invalid(
                        "InvalidScope",
                        "A scope is repository:<name>:<action>[,<action>] or"
                            + " registry:catalog:*")))
        .toList();
  }
}
