package io.slipway.local.door;

import io.vertx.core.json.JsonObject;

/** What {@code az cloud register --cloud-config} needs to know of this platform. */
public final class CloudDocument {
  private CloudDocument() {}

  /**
   * @param url address of the front door, without last slash
   */
  public static JsonObject of(String url) {
    return new JsonObject()
        .put("name", "Slipway")
        .put("profile", "latest")
        .put(
            "endpoints",
            new JsonObject()
                .put("resourceManager", url)
                .put("management", url)
                // The last segment must be adfs: any other authority makes az ask a public host.
                .put("activeDirectory", url + "/adfs")
                .put("activeDirectoryResourceId", url + "/")
                .put("activeDirectoryGraphResourceId", url + "/")
                .put("microsoftGraphResourceId", url + "/"))
        .put(
            "suffixes",
            new JsonObject()
                .put("acrLoginServerEndpoint", ".azurecr.localhost")
                .put("storageEndpoint", "local")
                .put("keyvaultDns", ".vault.localhost"));
  }
}
