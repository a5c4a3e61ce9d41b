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
import org.jspecify.annotations.Nullable;

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
    JsonObject body = new JsonObject().put("bindings", bindings);
    return calls.call(SERVICE, HttpMethod.PUT, base + owner + "/bindings", body).replaceWithVoid();
  }

  /** Merges into the bindings and secrets of an owner, all or none; a null value removes. */
  public Uni<Void> patch(UUID owner, JsonObject bindings, JsonObject secrets) {
    JsonObject body = new JsonObject().put("bindings", bindings).put("secrets", secrets);
    return bindings.isEmpty() && secrets.isEmpty()
        ? Uni.createFrom().voidItem()
        : calls.call(SERVICE, HttpMethod.PATCH, base + owner, body).replaceWithVoid();
  }

  /** Login servers that the owner has bindings for. */
  public Uni<Set<String>> boundServers(UUID owner) {
    return calls
        .call(SERVICE, HttpMethod.GET, base + owner + "/bindings", null)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> Set.copyOf(answer.getJsonObject("bindings").fieldNames()));
  }

  /**
   * What a tag points to.
   *
   * @param digest null if it cannot be known
   * @param problem why not
   */
  public record TagDigest(@Nullable String digest, @Nullable String problem) {}

  /** What a tag of any registry points to now, as far as the owner's credential opens it. */
  public Uni<TagDigest> digest(UUID owner, String registry, String repository, String tag) {
    JsonObject body =
        new JsonObject().put("registry", registry).put("repository", repository).put("tag", tag);
    return calls
        .call(SERVICE, HttpMethod.POST, base + owner + "/digests", body)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> new TagDigest(answer.getString("digest"), answer.getString("problem")));
  }

  /** Forgets all of an owner. */
  public Uni<Void> forget(String owner) {
    return calls.call(SERVICE, HttpMethod.DELETE, base + owner, null).replaceWithVoid();
  }
}
