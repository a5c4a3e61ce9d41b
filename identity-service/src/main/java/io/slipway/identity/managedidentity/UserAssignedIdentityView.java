package io.slipway.identity.managedidentity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** User-assigned identities as ARM shows them. */
@ApplicationScoped
class UserAssignedIdentityView {
  private final Settings settings;
  private final ObjectMapper json;

  UserAssignedIdentityView(Settings settings, ObjectMapper json) {
    this.settings = settings;
    this.json = json;
  }

  record Properties(String tenantId, String principalId, String clientId) {}

  record Body(
      String id,
      String name,
      String type,
      String location,
      Map<String, String> tags,
      Properties properties) {}

  Body body(ManagedIdentityEntity row) {
    return new Body(
        row.resourceId,
        row.name,
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        row.location,
        tags(row.tags),
        new Properties(settings.tenantId(), row.principal.id.toString(), row.principal.clientId));
  }

  String tags(Map<String, String> tags) {
    try {
      return json.writeValueAsString(tags);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Map<String, String> tags(String text) {
    try {
      return json.readValue(text, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("the tags of an identity can't be read", broken);
    }
  }
}
