package io.slipway.broker.commit;

import io.slipway.broker.BrokerException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The calls that make a hook at a git provider, unless it has one with the same address. Pure.
 *
 * @param hooks where the hooks of the repository are listed and made
 * @param page the query that lists as many as the provider gives at once
 * @param authorization how the token is sent
 * @param body what makes one
 */
record HookCall(URI hooks, String page, TokenHeader authorization, JsonObject body) {
  /**
   * A hook.
   *
   * @param provider who has the repository, as {@code sourceTrigger} of a run names it
   * @param repository its address
   * @param address where the provider is to post
   * @param secret what it is to sign with
   */
  record Hook(String provider, String repository, String address, String secret) {
    boolean isIncomplete() {
      return Stream.of(provider, repository, address, secret).anyMatch(Objects::isNull);
    }

    @Override
    public String toString() {
      return "Hook[" + provider + " " + repository + "]";
    }
  }

  /** The calls; fails with 400 for a provider that hooks cannot be made at. */
  static HookCall of(Hook hook) {
    URI repository = StatusCall.repository(hook.repository());
    String path = StatusCall.path(repository);
    return switch (hook.provider()) {
      case "Github" ->
          new HookCall(
              StatusCall.github(repository, "/repos/" + path + "/hooks"),
              "per_page=100",
              TokenHeader.BEARER,
              config(hook, "name", "web", List.of("push", "pull_request")));
      case "Gitea" ->
          new HookCall(
              StatusCall.gitea(repository, "/hooks"),
              "limit=50",
              TokenHeader.TOKEN,
              config(hook, "type", "gitea", List.of("push", "pull_request", "pull_request_sync")));
      case "Gitlab" ->
          new HookCall(
              StatusCall.api(
                  repository, null, "/api/v4/projects/" + StatusCall.escaped(path) + "/hooks"),
              "per_page=100",
              TokenHeader.BEARER,
              new JsonObject()
                  .put("url", hook.address())
                  .put("token", hook.secret())
                  .put("push_events", true)
                  .put("tag_push_events", true)
                  .put("merge_requests_events", true));
      case "Bitbucket" ->
          new HookCall(
              StatusCall.api(
                  repository, "api.bitbucket.org", "/2.0/repositories/" + path + "/hooks"),
              "pagelen=100",
              TokenHeader.BEARER,
              new JsonObject()
                  .put("description", "slipway")
                  .put("url", hook.address())
                  .put("secret", hook.secret())
                  .put("active", true)
                  .put(
                      "events",
                      new JsonArray(
                          List.of("repo:push", "pullrequest:created", "pullrequest:updated"))));
      default ->
          throw BrokerException.invalid(
              "InvalidHook", "Hooks are made at Github, Gitlab, Gitea and Bitbucket alone.");
    };
  }

  /** The list of hooks. */
  URI list() {
    return URI.create(hooks + "?" + page);
  }

  private static JsonObject config(Hook hook, String kind, String value, List<String> events) {
    return new JsonObject()
        .put(kind, value)
        .put("active", true)
        .put("events", new JsonArray(events))
        .put(
            "config",
            new JsonObject()
                .put("url", hook.address())
                .put("content_type", "json")
                .put("secret", hook.secret()));
  }
}
