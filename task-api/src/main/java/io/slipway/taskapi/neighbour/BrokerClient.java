package io.slipway.taskapi.neighbour;

import io.slipway.taskapi.http.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

  /**
   * What a git provider is to be told of a commit.
   *
   * @param state {@code pending}, {@code success} or {@code failure}
   * @param name who says it
   * @param target where to look for more
   */
  public record CommitState(
      String provider,
      String repository,
      String commit,
      String state,
      String name,
      String description,
      @Nullable String target) {}

  /**
   * What came of it.
   *
   * @param done whether there is nothing more to do
   * @param problem why the provider does not show it; null if it does, or if there is no token
   */
  public record Said(boolean done, @Nullable String problem) {}

  /** Tells a provider of a commit, with a token that the owner has. */
  public Uni<Said> say(UUID owner, String token, CommitState state) {
    JsonObject body =
        new JsonObject().put("secret", token).put("status", JsonObject.mapFrom(state));
    return calls
        .call(SERVICE, HttpMethod.POST, base + owner + "/commit-statuses", body)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> new Said(answer.getBoolean("done"), answer.getString("problem")));
  }

  /**
   * Where the branches and tags of a repository are.
   *
   * @param refs full name to commit; null if it cannot be known
   * @param problem why not
   */
  public record Refs(@Nullable Map<String, String> refs, @Nullable String problem) {}

  /** Asks a repository for its branches and tags, with a token if the owner has it. */
  public Uni<Refs> refs(UUID owner, String token, String repository) {
    JsonObject body = new JsonObject().put("secret", token).put("repository", repository);
    return calls
        .call(SERVICE, HttpMethod.POST, base + owner + "/git-refs", body)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> new Refs(texts(answer.getJsonObject("refs")), answer.getString("problem")));
  }

  private static @Nullable Map<String, String> texts(@Nullable JsonObject object) {
    if (object == null) {
      return null;
    }
    Map<String, String> texts = new HashMap<>();
    object.fieldNames().forEach(name -> texts.put(name, object.getString(name)));
    return texts;
  }

  /**
   * A hook that a git provider is to have.
   *
   * @param secret what it is to sign with
   */
  public record Hook(String provider, String repository, String address, String secret) {
    @Override
    public String toString() {
      return "Hook[" + provider + " " + repository + "]";
    }
  }

  /** Makes a hook, with a token that the owner has; gives why it is not there, if it is not. */
  public Uni<Optional<String>> makeHook(UUID owner, String token, Hook hook) {
    JsonObject body = new JsonObject().put("secret", token).put("hook", JsonObject.mapFrom(hook));
    return calls
        .call(SERVICE, HttpMethod.POST, base + owner + "/hooks", body)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> Optional.ofNullable(answer.getString("problem")));
  }

  /** Forgets all of an owner. */
  public Uni<Void> forget(String owner) {
    return calls.call(SERVICE, HttpMethod.DELETE, base + owner, null).replaceWithVoid();
  }
}
