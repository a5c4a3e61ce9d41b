package io.slipway.taskfile.read;

import com.google.re2j.Pattern;
import io.slipway.taskfile.plan.SecretReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and checks the secrets that a task asks for. */
final class ReadSecrets {
  private static final Set<String> KNOWN = Set.of("id", "keyvault", "clientID");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private ReadSecrets() {}

  static List<SecretReference> of(Properties task) {
    List<SecretReference> secrets = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Properties secret :
        task.maps("secrets", "a list of secrets, for example [{id: a, keyvault: https://…}]")) {
      secret.warnOfUnknown(KNOWN, Map.of());
      String id = secret.text("id", "");
      String keyvault = secret.filledText("keyvault");
      String clientId = secret.filledText("clientID");
      if (id.isEmpty()) {
        secret.refuse("id", "secret is missing an ID as well as auto-generated ID");
      } else if (id.chars().anyMatch(Character::isWhitespace)) {
        secret.refuse("id", "secret ID cannot contain spaces");
      } else if (!ids.add(id)) {
        secret.refuse("id", "duplicate secret found with ID: " + id);
      }
      if (keyvault == null) {
        secret.refuse(
            "keyvault",
            "secret should contain either keyvault property for vault secret, or msi"
                + " clientID/aadResourceId for msi authentication; here keyvault must be there: it"
                + " says where the secret is");
      }
      if (clientId != null && !UUID.matcher(clientId).matches()) {
        secret.refuse("clientID", "msi client ID is not a valid guid");
      }
      secrets.add(new SecretReference(id, keyvault, clientId));
    }
    return secrets;
  }
}
