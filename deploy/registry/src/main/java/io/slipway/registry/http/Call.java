package io.slipway.registry.http;

import io.slipway.registry.auth.Access;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Lists.Page;
import io.slipway.registry.store.RegistryStore;
import io.slipway.registry.store.Repository;
import io.slipway.registry.store.RepositoryName;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One request, with what it is about.
 *
 * @param request the request; its body is paused
 * @param context of the request: its body must be read on it
 * @param store content of the registry that was asked
 * @param budget what the registry may take of the machine
 * @param loginServer its login server
 * @param access what the caller may do
 */
record Call(
    HttpServerRequest request,
    Context context,
    RegistryStore store,
    RegistryBudget budget,
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
    return repository(name, action, "");
  }

  /** The same, for a call that can do more with a right to other scopes, which follow a blank. */
  Repository repository(String name, String action, String more) {
    if (!RepositoryName.isValid(name)) {
      throw RegistryProblem.nameInvalid(name);
    }
    if (!access.allows(name, action)) {
      throw new Unauthorized("repository:" + name + ":" + scopeActions(action) + more);
    }
    return store.repository(name);
  }

  /** The same of a repository that there is. */
  Repository known(String name, String action) {
    Repository repository = repository(name, action);
    if (!repository.exists()) {
      throw RegistryProblem.nameUnknown(name);
    }
    return repository;
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

  /**
   * Says where the next page is; every item of the query has a value, as clients expect.
   *
   * @param last a name or digest: a query may hold their characters as they are, and some clients
   *     send a link's values back without decoding them
   */
  void next(String path, String last, int most, String rest) {
    String query = "last=" + last + "&n=" + most + rest;
    request.response().putHeader("Link", "<" + path + "?" + query + ">; rel=\"next\"");
  }

  /** The same for a list, if it goes on after the page. */
  void next(String path, Page page, int most) {
    if (page.more() && !page.names().isEmpty()) {
      next(path, page.names().getLast(), most, "&orderby=" + query("orderby").orElse(""));
    }
  }

  /** Entries of a page: what is asked for, up to a limit; the preset if that is not a number. */
  int page(int preset, int limit) {
    try {
      int asked = query("n").map(Integer::parseInt).filter(n -> n >= 0).orElse(preset);
      return Math.min(asked, limit);
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

  /** The body, as long as it is not too long; what is too long is not kept while it arrives. */
  byte[] body(int most) throws IOException {
    CompletableFuture<Buffer> whole = new CompletableFuture<>();
    context.runOnContext(now -> collect(request, most, whole));
    try {
      return whole.get().getBytes();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RegistryProblem problem) {
        throw problem;
      }
      throw new IOException("the body did not arrive", failed.getCause());
    }
  }

  private static void collect(
      HttpServerRequest request, int most, CompletableFuture<Buffer> whole) {
    Buffer arrived = Buffer.buffer();
    if (request.isEnded()) {
      whole.complete(arrived);
      return;
    }
    request
        .exceptionHandler(whole::completeExceptionally)
        .endHandler(end -> whole.complete(arrived))
        .handler(piece -> {
          if (arrived.length() + piece.length() > most) {
            whole.completeExceptionally(
                new RegistryProblem(
                    413, "MANIFEST_INVALID", "a body has at most " + most + " bytes here"));
          } else {
            arrived.appendBuffer(piece);
          }
        })
        .resume();
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
