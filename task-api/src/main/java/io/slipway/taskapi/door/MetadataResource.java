package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a client needs to know of this cloud before it can log in, in the three forms that versions
 * of the CLI ask for. Open to everybody: it holds nothing but addresses.
 */
@Path("/metadata/endpoints")
@PermitAll
public class MetadataResource {
  private final ObjectMapper json;
  private final String publicUrl;
  private final String armResource;

  MetadataResource(
      ObjectMapper json,
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.arm-resource") String armResource) {
    this.json = json;
    this.publicUrl = publicUrl;
    this.armResource = armResource;
  }

  /** The endpoints; the form follows from {@code api-version}. */
  @GET
  public JsonNode endpoints(@QueryParam("api-version") @Nullable String version) {
    String asked = version == null ? "" : version;
    if (asked.startsWith("2015-")) {
      return oldest();
    }
    return asked.compareTo("2022-") < 0 ? json.createArrayNode().add(cloud()) : cloud();
  }

  private ObjectNode oldest() {
    ObjectNode root = json.createObjectNode();
    root.put("galleryEndpoint", publicUrl + "/");
    root.put("graphEndpoint", armResource);
    root.put("portalEndpoint", publicUrl + "/");
    ObjectNode authentication = root.putObject("authentication");
    authentication.put("loginEndpoint", publicUrl + "/adfs");
    authentication.putArray("audiences").add(armResource);
    return root;
  }

  private ObjectNode cloud() {
    ObjectNode root = json.createObjectNode();
    root.put("name", "Slipway");
    root.put("portal", publicUrl + "/");
    root.put("resourceManager", publicUrl);
    ObjectNode authentication = root.putObject("authentication");
    authentication.put("loginEndpoint", publicUrl + "/adfs");
    authentication.putArray("audiences").add(armResource);
    authentication.put("tenant", "adfs");
    authentication.put("identityProvider", "ADFS");
    root.put("graphAudience", armResource);
    root.put("graph", armResource);
    root.put("microsoftGraphResourceId", armResource);
    root.put("gallery", publicUrl + "/");
    root.put("batch", publicUrl + "/");
    root.put("media", publicUrl + "/");
    root.put("sqlManagement", publicUrl + "/");
    root.put("vmImageAliasDoc", publicUrl + "/");
    ObjectNode suffixes = root.putObject("suffixes");
    suffixes.put("acrLoginServer", "azurecr.localhost");
    suffixes.put("storage", "local");
    suffixes.put("keyVaultDns", "vault.localhost");
    suffixes.put("sqlServerHostname", "database.localhost");
    return root;
  }
}
