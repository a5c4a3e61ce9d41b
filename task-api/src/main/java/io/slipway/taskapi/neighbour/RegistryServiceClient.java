package io.slipway.taskapi.neighbour;

import io.slipway.taskapi.http.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Calls to the registry service, as in {@code docs/interfaces.md} section 5. */
@ApplicationScoped
public class RegistryServiceClient {
  private static final String SERVICE = "registry";

  private final ServiceCalls calls;
  private final String base;

  RegistryServiceClient(
      ServiceCalls calls, @ConfigProperty(name = "slipway.registry-url") String registryUrl) {
    this.calls = calls;
    this.base = registryUrl + "/internal/registries/";
  }

  /**
   * Opens or finds the registry's login server.
   *
   * @return its address, for example {@code 127.0.0.1:8453}
   */
  public Uni<String> open(String name) {
    return calls
        .call(SERVICE, HttpMethod.PUT, base + name, new JsonObject())
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> answer.getString("loginServer"));
  }

  /** Closes the registry's login server and deletes its content. */
  public Uni<Void> close(String name) {
    return calls.call(SERVICE, HttpMethod.DELETE, base + name, null).replaceWithVoid();
  }
}
