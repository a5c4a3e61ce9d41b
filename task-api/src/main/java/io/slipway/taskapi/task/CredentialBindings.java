package io.slipway.taskapi.task;

import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.RegistryCredential;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the credentials of a task into what the broker keeps. Identities are named by the user as
 * {@code [system]} or by client id and become principals here; user names and passwords pass
 * through. Pure.
 */
public final class CredentialBindings {
  private static final Pattern LOGIN_SERVER =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?");
  private static final Set<String> VALUE_TYPES = Set.of("opaque", "vaultsecret");

  private CredentialBindings() {}

  /** Fails with 400 for a text that is not a login server. */
  public static void checkLoginServer(String loginServer) {
    if (!LOGIN_SERVER.matcher(loginServer).matches()) {
      throw ArmException.of(
          400,
          "InvalidCredentials",
          "'"
              + loginServer
              + "' is not a login server: it must be a host name, with a port if it has one.");
    }
  }

  /**
   * The patch for the broker.
   *
   * @param wanted login server to credential, null for one whose credential stays
   * @param bound login servers that the broker has now
   */
  public static JsonObject patch(
      Map<String, @Nullable RegistryCredential> wanted, Set<String> bound, TaskIdentity identity) {
    JsonObject patch = new JsonObject();
    bound.stream()
        .filter(server -> !wanted.containsKey(server))
        .forEach(server -> patch.put(server, (Object) null));
    wanted.forEach((server, credential) -> {
      checkLoginServer(server);
      if (credential != null) {
        patch.put(server, binding(server, credential, identity));
      }
    });
    return patch;
  }

  /** A binding of a login server to an identity of the task. */
  public static JsonObject identityBinding(
      String server, String named, TaskIdentity identity, List<String> actions) {
    TaskIdentity.Named found =
        identity.named(named).orElseThrow(() -> unknown(server, named, identity));
    return new JsonObject()
        .put(
            "identity",
            new JsonObject()
                .put("principalId", found.principalId())
                .put("clientId", found.clientId()))
        .put("actions", new JsonArray(actions));
  }

  private static JsonObject binding(
      String server, RegistryCredential credential, TaskIdentity identity) {
    String named = credential.identity();
    RegistryCredential.Secret userName = credential.userName();
    RegistryCredential.Secret password = credential.password();
    if (userName != null && password != null) {
      JsonObject binding =
          new JsonObject()
              .put("userName", secret(server, "userName", userName))
              .put("password", secret(server, "password", password));
      if (!named.isBlank()) { // who reads the key vault
        binding.put(
            "identity",
            identityBinding(server, named, identity, List.of("pull", "push"))
                .getJsonObject("identity"));
      }
      return binding;
    }
    if (named.isBlank()) {
      throw ArmException.of(
          400,
          "InvalidCredentials",
          "The credential of '"
              + server
              + "' must have an identity, or userName and password together.");
    }
    return identityBinding(server, named, identity, List.of("pull", "push"));
  }

  private static JsonObject secret(String server, String field, RegistryCredential.Secret secret) {
    if (secret.value().isEmpty() || !VALUE_TYPES.contains(secret.type().toLowerCase(Locale.ROOT))) {
      throw ArmException.of(
          400,
          "InvalidCredentials",
          "%s of '%s' must have a value and the type Opaque or Vaultsecret."
              .formatted(field, server));
    }
    return new JsonObject().put("value", secret.value()).put("type", secret.type());
  }

  private static ArmException unknown(String server, String named, TaskIdentity identity) {
    List<String> right = new ArrayList<>();
    if (identity.system() != null) {
      right.add("[system]");
    }
    identity.user().stream().map(UserIdentity::clientId).forEach(right::add);
    return ArmException.of(
        400,
        "InvalidIdentity",
        "'"
            + named
            + "' for login server '"
            + server
            + "' is not an identity that is assigned here. "
            + (right.isEmpty()
                ? "None is: a task gets one with 'az acr task identity assign', a quick run"
                    + " as a task run (taskRuns) with an identity."
                : "There are: " + String.join(", ", right) + " (client ids)."));
  }
}
