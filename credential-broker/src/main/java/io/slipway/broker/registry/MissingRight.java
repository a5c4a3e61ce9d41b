package io.slipway.broker.registry;

import io.slipway.broker.BrokerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An identity may not do what was asked: who lacks which role on what, and how to give it. Pure.
 *
 * @param loginServer the registry
 * @param identityName name of the identity, if the registry said it
 * @param clientId its client id, if it is known
 * @param principalId its principal id
 * @param actions what was to be done
 * @param scope ARM id of the registry, if the registry said it
 */
public record MissingRight(
    String loginServer,
    @Nullable String identityName,
    @Nullable String clientId,
    String principalId,
    List<String> actions,
    @Nullable String scope) {

  /** The smallest role that allows all of it. */
  public String role() {
    if (actions.contains("delete")) {
      return "AcrDelete";
    }
    return actions.contains("push") || actions.contains("metadata_write") ? "AcrPush" : "AcrPull";
  }

  /** The refusal for the agent. */
  public BrokerException refusal() {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("missingRole", role());
    details.put("principalId", principalId);
    if (scope != null) {
      details.put("scope", scope);
    }
    return BrokerException.notGranted(message(), details);
  }

  private String message() {
    String where = scope == null ? "the registry" : "scope '" + scope + "'";
    String command =
        scope == null
            ? ""
            : " Grant it: az role assignment create --assignee %s --role %s --scope %s"
                .formatted(principalId, role(), scope);
    return "Identity %s has no right to %s %s: it lacks role %s on %s.%s"
        .formatted(who(), verb(), loginServer, role(), where, command);
  }

  private String who() {
    String ids =
        clientId == null || clientId.startsWith("[")
            ? "(principal id " + principalId + ")"
            : "(client id " + clientId + ", principal id " + principalId + ")";
    return identityName == null ? ids : "'" + identityName + "' " + ids;
  }

  private String verb() {
    return switch (role()) {
      case "AcrDelete" -> "delete in";
      case "AcrPush" -> "push to";
      default -> "pull from";
    };
  }
}
