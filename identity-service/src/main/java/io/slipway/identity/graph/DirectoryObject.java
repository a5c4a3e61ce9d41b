package io.slipway.identity.graph;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import java.util.List;

/** A principal as Microsoft Graph shows it: all are service principals. */
record DirectoryObject(
    @JsonProperty("@odata.type") String type,
    String id,
    String appId,
    String displayName,
    List<String> servicePrincipalNames,
    String servicePrincipalType,
    boolean accountEnabled) {

  static DirectoryObject of(PrincipalEntity principal) {
    boolean client = principal.kind == PrincipalKind.ServiceClient;
    return new DirectoryObject(
        "#microsoft.graph.servicePrincipal",
        principal.id.toString(),
        principal.clientId,
        principal.displayName,
        List.of(principal.clientId),
        client ? "Application" : "ManagedIdentity",
        !client || principal.secretHash != null);
  }
}
