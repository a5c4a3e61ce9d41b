package io.slipway.taskapi.neighbour;

import io.slipway.taskapi.http.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Calls to credential-broker, as in {@code docs/interfaces.md} section 3. Secret values pass
 * through here and stay nowhere.
 */
@ApplicationScoped
public class BrokerClient {
  private static final String SERVICE = "credential-broker";

  private final ServiceCalls calls;
  private final String base;

  BrokerClient(ServiceCalls calls, @ConfigProperty(name = "slipway.broker-url") String brokerUrl) {
    this.calls = calls;
    this.base = brokerUrl + "/internal/owners/";
  }

  /** Replaces all bindings of an owner; login server to binding. */
  public Uni<Void> putBindings(UUID owner, JsonObject bindings) {
    return send(HttpMethod.PUT, owner + "/bindings", new JsonObject().put("bindings", bindings));
  }

  /** Merges into the bindings of an owner; a null value removes. */
  public Uni<Void> patchBindings(UUID owner, JsonObject bindings) {
    return bindings.isEmpty()
        ? Uni.createFrom().voidItem()
        : send(HttpMethod.PATCH, owner + "/bindings", new JsonObject().put("bindings", bindings));
  }

  /** Login servers that the owner has bindings for. */
  public Uni<Set<String>> boundServers(UUID owner) {
    return calls
        .call(SERVICE, HttpMethod.GET, base + owner + "/bindings", null)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> Set.copyOf(answer.getJsonObject("bindings").fieldNames()));
  }

  /** Merges into the secrets of an owner; a null value removes. */
  public Uni<Void> patchSecrets(UUID owner, JsonObject secrets) {
    return secrets.isEmpty()
        ? Uni.createFrom().voidItem()
        : send(HttpMethod.PATCH, owner + "/secrets", new JsonObject().put("secrets", secrets));
  }

  /** Forgets all of an owner. */
  public Uni<Void> forget(String owner) {
    return calls.call(SERVICE, HttpMethod.DELETE, base + owner, null).replaceWithVoid();
  }

  private Uni<Void> send(HttpMethod method, String path, JsonObject body) {
    return calls.call(SERVICE, method, base + path, body).replaceWithVoid();
  }
}
