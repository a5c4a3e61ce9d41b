package io.slipway.broker.rule;

import io.slipway.broker.BrokerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An identity may not do what was asked: who lacks what on which registry, and how to give it.
 * Which role that takes only the issuer of the token knows; without its word no role is named.
 * Pure.
 *
 * @param loginServer the registry
 * @param identityName name of the identity, if the issuer said it
 * @param clientId its client id, if it is known
 * @param principalId its principal id
 * @param actions what was to be done
 * @param scope ARM id of the registry, if the issuer said it
 * @param rolesThatWould roles that together allow what is lacking, if the issuer said them
 */
public record MissingRight(
    String loginServer,
    @Nullable String identityName,
    @Nullable String clientId,
    String principalId,
    List<String> actions,
    @Nullable String scope,
    List<String> rolesThatWould) {

  /** The refusal for the agent. */
  public BrokerException refusal() {
    Map<String, String> details = new LinkedHashMap<>();
    if (!rolesThatWould.isEmpty()) {
      details.put("missingRole", String.join(",", rolesThatWould));
    }
    details.put("principalId", principalId);
    if (scope != null) {
      details.put("scope", scope);
    }
    return BrokerException.notGranted(message(), details);
  }

  private String message() {
    StringBuilder message =
        new StringBuilder(
            "Identity %s has no right to %s %s".formatted(who(), verbs(), loginServer));
    if (rolesThatWould.isEmpty()) {
      return message.append('.').toString();
    }
    message
        .append(rolesThatWould.size() == 1 ? ": it lacks role " : ": it lacks roles ")
        .append(String.join(" and ", rolesThatWould))
        .append(scope == null ? " on the registry." : " on scope '" + scope + "'.");
    if (scope != null) {
      message.append(" Grant it:");
      String separator = " ";
      for (String role : rolesThatWould) {
        message
            .append(separator)
            .append("az role assignment create --assignee ")
            .append(principalId)
            .append(" --role ")
            .append(role)
            .append(" --scope ")
            .append(scope);
        separator = " && ";
      }
    }
    return message.toString();
  }

  private String who() {
    String ids =
        clientId == null || clientId.startsWith("[")
            ? "(principal id " + principalId + ")"
            : "(client id " + clientId + ", principal id " + principalId + ")";
    return identityName == null ? ids : "'" + identityName + "' " + ids;
  }

  private String verbs() {
    return actions.isEmpty()
        ? "log in to"
        : actions.stream().map(MissingRight::verb).distinct().collect(Collectors.joining(" and "));
  }

  private static String verb(String action) {
    return switch (action) {
      case "pull" -> "pull from";
      case "push" -> "push to";
      case "delete" -> "delete in";
      case "metadata_read" -> "read attributes in";
      case "metadata_write" -> "change attributes in";
      default -> "list";
    };
  }
}
