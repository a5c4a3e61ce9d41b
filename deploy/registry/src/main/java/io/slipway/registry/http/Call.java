package io.slipway.registry.http;

import io.slipway.registry.auth.Access;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.RegistryStore;
import io.slipway.registry.store.Repository;
import io.slipway.registry.store.RepositoryName;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * One request, with what it is about.
 *
 * @param request the request; its body is paused
 * @param context of the request: its body must be read on it
 * @param store content of the registry that was asked
 * @param loginServer its login server
 * @param access what the caller may do
 */
record Call(
    HttpServerRequest request,
    Context context,
    RegistryStore store,
    String loginServer,
    Access access) {

  /** Refuses whoever is not known at all. */
  void requireCaller() {
    if (access == Access.NONE) {
      throw new Unauthorized("");
    }
  }

  /** The repository, if the caller may do that there. */
  Repository repository(String name, String action) {
    if (!RepositoryName.isValid(name)) {
      throw RegistryProblem.nameInvalid(name);
    }
    if (!access.allows(name, action)) {
      throw new Unauthorized("repository:" + name + ":" + scopeActions(action));
    }
    return store.repository(name);
  }

  /** A push asks for pull too, as clients do. */
  private static String scopeActions(String action) {
    return action.equals("push") ? "pull,push" : action;
  }

  static Digest digest(String text) {
    return Digest.parse(text).orElseThrow(() -> RegistryProblem.digestInvalid(text));
  }

  Optional<String> query(String name) {
    return Optional.ofNullable(request.getParam(name)).filter(value -> !value.isEmpty());
  }

  /** Most entries of a page; the preset if it is absent or not a number. */
  int page(int preset) {
    try {
      return query("n").map(Integer::parseInt).filter(n -> n >= 0).orElse(preset);
    } catch (NumberFormatException unreadable) {
      return preset;
    }
  }

  void json(int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toBuffer());
  }

  /** Asks for a token with this scope. */
  static final class Unauthorized extends RegistryProblem {
    private static final long serialVersionUID = 1L;
    private final String scope;

    Unauthorized(String scope) {
      super(401, "UNAUTHORIZED", "authentication required");
      this.scope = scope;
    }

    String scope() {
      return scope;
    }
  }
}
