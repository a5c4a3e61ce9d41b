package io.slipway.broker.commit;

import io.slipway.broker.BrokerException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The call that sets the state of a commit at a git provider. Pure.
 *
 * @param address where to post
 * @param token how the token is sent
 * @param body what to post
 */
record StatusCall(URI address, TokenHeader token, JsonObject body) {
  /** A run that is not over. */
  static final String PENDING = "pending";

  /** A run that did all that it was to do. */
  static final String SUCCESS = "success";

  /** Any other end. */
  static final String FAILURE = "failure";

  /**
   * What is to be said of a commit.
   *
   * @param provider who has it, as {@code sourceTrigger} of a run names it
   * @param repository address of its repository, without a log-in
   * @param state {@value #PENDING}, {@value #SUCCESS} or {@value #FAILURE}
   * @param name tells what is said by one task from what others say
   * @param target where to look for more; null: nowhere
   */
  record Status(
      String provider,
      String repository,
      String commit,
      String state,
      String name,
      String description,
      @Nullable String target) {
    boolean isIncomplete() {
      return Stream.of(provider, repository, name, description).anyMatch(Objects::isNull);
    }
  }

  /** The call; fails with 400 for a repository that none can be of. */
  static StatusCall of(Status status) {
    URI repository = repository(status.repository());
    String path = path(repository);
    return switch (status.provider()) {
      case "Github" ->
          new StatusCall(
              github(repository, "/repos/" + path + "/statuses/" + status.commit()),
              TokenHeader.BEARER,
              body("state", status.state(), "context", "target_url", status));
      case "Gitea" ->
          new StatusCall(
              gitea(repository, "/statuses/" + status.commit()),
              TokenHeader.TOKEN,
              body("state", status.state(), "context", "target_url", status));
      case "Gitlab" ->
          new StatusCall(
              api(
                  repository,
                  null,
                  "/api/v4/projects/%s/statuses/%s".formatted(escaped(path), status.commit())),
              TokenHeader.BEARER,
              body(
                  "state",
                  is(status, FAILURE) ? "failed" : status.state(),
                  "name",
                  "target_url",
                  status));
      case "Bitbucket" -> bitbucket(repository, path, status);
      case "VisualStudioTeamService" -> azure(repository, path, status);
      default -> throw invalid("provider is none that has states of commits.");
    };
  }

  private static StatusCall bitbucket(URI repository, String path, Status status) {
    String state =
        is(status, SUCCESS) ? "SUCCESSFUL" : is(status, FAILURE) ? "FAILED" : "INPROGRESS";
    boolean cloud = isHost(repository, "bitbucket.org");
    URI address =
        cloud
            ? api(
                repository,
                "api.bitbucket.org",
                "/2.0/repositories/%s/commit/%s/statuses/build".formatted(path, status.commit()))
            : api(
                repository,
                null,
                before(path, "scm/") + "/rest/build-status/1.0/commits/" + status.commit());
    return new StatusCall(
        address,
        TokenHeader.BEARER,
        body("state", state, "name", "url", status).put("key", key(status.name())));
  }

  private static StatusCall azure(URI repository, String path, Status status) {
    int git = path.indexOf("/_git/");
    if (git < 0) {
      throw invalid("repository is none of Azure DevOps: it has no /_git/.");
    }
    String state = is(status, SUCCESS) ? "succeeded" : is(status, FAILURE) ? "failed" : PENDING;
    JsonObject body =
        new JsonObject()
            .put("state", state)
            .put("description", status.description())
            .put("context", new JsonObject().put("name", status.name()).put("genre", "slipway"));
    if (status.target() != null) {
      body.put("targetUrl", status.target());
    }
    return new StatusCall(
        api(
            repository,
            null,
            "/%s/_apis/git/repositories/%s/commits/%s/statuses?api-version=7.0"
                .formatted(
                    path.substring(0, git),
                    path.substring(git + "/_git/".length()),
                    status.commit())),
        TokenHeader.AZURE,
        body);
  }

  private static JsonObject body(
      String stateField, String state, String nameField, String targetField, Status status) {
    JsonObject body =
        new JsonObject()
            .put(stateField, state)
            .put(nameField, status.name())
            .put("description", status.description());
    return status.target() == null ? body : body.put(targetField, status.target());
  }

  /** Bitbucket takes 40 characters, and tells states apart by them. */
  private static String key(String name) {
    return name.length() <= 40 ? name : "%s-%08x".formatted(name.substring(0, 31), name.hashCode());
  }

  private static boolean is(Status status, String state) {
    return status.state().equals(state);
  }

  private static boolean isHost(URI repository, String host) {
    return repository.getHost().equalsIgnoreCase(host);
  }

  /** An address of GitHub's API, or of that of a server of one's own. */
  static URI github(URI repository, String path) {
    return isHost(repository, "github.com")
        ? api(repository, "api.github.com", path)
        : api(repository, null, "/api/v3" + path);
  }

  /** An address of a repository at Gitea's API, which may lie below the root of its host. */
  static URI gitea(URI repository, String path) {
    String whole = path(repository);
    int name = whole.lastIndexOf('/');
    if (name < 1) {
      throw invalid("repository must have an owner and a name.");
    }
    int owner = whole.lastIndexOf('/', name - 1) + 1;
    return api(
        repository,
        null,
        before(whole, whole.substring(owner)) + "/api/v1/repos/" + whole.substring(owner) + path);
  }

  /** What stands in a path before a part of it, with a slash before; empty if it begins so. */
  private static String before(String path, String part) {
    int begin = path.startsWith(part) ? 0 : path.lastIndexOf("/" + part);
    return begin <= 0 ? "" : "/" + path.substring(0, begin);
  }

  /**
   * An address of an API.
   *
   * @param host null: that of the repository
   */
  static URI api(URI repository, @Nullable String host, String path) {
    String authority = host == null ? repository.getRawAuthority() : host;
    return URI.create(repository.getScheme() + "://" + authority + path);
  }

  /** The address of a repository without log-in and fragment; fails with 400. */
  static URI repository(String text) {
    int fragment = text.indexOf('#');
    try {
      URI address = URI.create(fragment < 0 ? text : text.substring(0, fragment));
      String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      if (scheme.startsWith("http") && address.getHost() != null && address.getQuery() == null) {
        String user = address.getRawUserInfo();
        return user == null ? address : URI.create(address.toString().replace(user + "@", ""));
      }
    } catch (IllegalArgumentException malformed) {
      // refused below
    }
    throw invalid("repository must be an address of http or https.");
  }

  /** The path as the address has it: without slashes around it and {@code .git}. */
  static String path(URI repository) {
    String path = repository.normalize().getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    path = path.endsWith(".git") ? path.substring(0, path.length() - 4) : path;
    if (path.length() < 2 || path.contains("..")) {
      throw invalid("repository must have a path.");
    }
    return path.substring(1);
  }

  /** The whole path as one segment of another. */
  static String escaped(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8);
  }

  private static BrokerException invalid(String message) {
    return BrokerException.invalid("InvalidStatus", message);
  }
}
