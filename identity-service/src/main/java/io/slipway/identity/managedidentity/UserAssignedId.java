package io.slipway.identity.managedidentity;

import com.google.re2j.Pattern;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;

/**
 * ARM id of a user-assigned identity.
 *
 * @param scope the id
 * @param name its last part
 */
record UserAssignedId(Scope scope, String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{2,127}");

  /**
   * The id of an identity in a resource group.
   *
   * @throws ArmException 400 if the scope is no resource group or the name is not allowed
   */
  static UserAssignedId of(Scope group, String name) {
    String[] words = group.text().split("/");
    if (words.length != 5 || !words[3].equalsIgnoreCase("resourceGroups")) {
      throw ArmException.invalid("InvalidScope", "An identity lies in a resource group.");
    }
    if (!NAME.matcher(name).matches()) {
      throw ArmException.invalid(
          "InvalidResourceName",
          "The name of an identity has 3 to 128 letters, digits, hyphens and underscores, and"
              + " begins with a letter or digit.");
    }
    // The service that this speaks like spells the word in lower case here, and only here.
    String id =
        "/subscriptions/%s/resourcegroups/%s/providers/%s/%s"
            .formatted(
                words[2], words[4], "Microsoft.ManagedIdentity/userAssignedIdentities", name);
    return new UserAssignedId(new Scope(id, Scope.key(id)), name);
  }
}
