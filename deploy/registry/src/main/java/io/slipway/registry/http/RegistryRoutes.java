package io.slipway.registry.http;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.registry.notify.Notifications;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/**
 * Finds what a path asks for. Repository names hold slashes, so paths are matched from both ends.
 */
final class RegistryRoutes {
  private static final Pattern UPLOADS = Pattern.compile("/v2/(.+)/blobs/uploads/?");
  private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/([^/]+)");
  private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/([^/]+)");
  private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
  private static final Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");
  private static final Pattern REFERRERS = Pattern.compile("/v2/(.+)/referrers/([^/]+)");
  private static final Pattern ACR_TAGS = Pattern.compile("/acr/v1/(.+)/_tags");
  private static final Pattern ACR_TAG = Pattern.compile("/acr/v1/(.+)/_tags/([^/]+)");
  private static final Pattern ACR_MANIFESTS = Pattern.compile("/acr/v1/(.+)/_manifests");
  private static final Pattern ACR_MANIFEST = Pattern.compile("/acr/v1/(.+)/_manifests/([^/]+)");
  private static final Pattern ACR_REPOSITORY = Pattern.compile("/acr/v1/(.+)");

  private static final List<HttpMethod> ITEM =
      List.of(HttpMethod.GET, HttpMethod.PATCH, HttpMethod.DELETE);

  private final UploadCalls uploads;
  private final ManifestCalls manifests;
  private final AcrCalls acr;

  RegistryRoutes(Vertx vertx, Notifications notifications, InstantSource clock) {
    this.uploads = new UploadCalls(vertx);
    this.manifests = new ManifestCalls(notifications, clock);
    this.acr = new AcrCalls(notifications, manifests);
  }

  @FunctionalInterface
  private interface One {
    void serve(Call call, String name) throws IOException;
  }

  @FunctionalInterface
  private interface Two {
    void serve(Call call, String name, String item) throws IOException;
  }

  private record OneRoute(Pattern path, List<HttpMethod> methods, One one) {}

  private record TwoRoute(Pattern path, List<HttpMethod> methods, Two two) {}

  void serve(Call call) throws IOException {
    String path = call.request().path();
    HttpMethod method = call.request().method();
    if (path.equals("/v2/") || path.equals("/v2")) {
      call.requireCaller();
      call.json(200, new JsonObject());
      return;
    }
    if (path.equals("/v2/_catalog") || path.equals("/acr/v1/_catalog")) {
      ListCalls.catalog(call, path);
      return;
    }
    boolean known = false;
    for (OneRoute route : ones()) {
      Matcher match = route.path().matcher(path);
      if (match.matches()) {
        known = true;
        if (route.methods().contains(method)) {
          route.one().serve(call, match.group(1));
          return;
        }
      }
    }
    for (TwoRoute route : twos()) {
      Matcher match = route.path().matcher(path);
      if (match.matches()) {
        known = true;
        if (route.methods().contains(method)) {
          route.two().serve(call, match.group(1), match.group(2));
          return;
        }
      }
    }
    Matcher repository = ACR_REPOSITORY.matcher(path);
    if (repository.matches() && ITEM.contains(method)) {
      acr.repository(call, repository.group(1));
      return;
    }
    throw known
        ? new RegistryProblem(405, "UNSUPPORTED", method + " is not supported at " + path)
        : new RegistryProblem(404, "UNSUPPORTED", "there is nothing at " + path);
  }

  private List<OneRoute> ones() {
    return List.of(
        new OneRoute(UPLOADS, List.of(HttpMethod.POST), uploads::begin),
        new OneRoute(TAGS, List.of(HttpMethod.GET), ListCalls::tags),
        new OneRoute(ACR_TAGS, List.of(HttpMethod.GET), acr::tags),
        new OneRoute(ACR_MANIFESTS, List.of(HttpMethod.GET), acr::manifests));
  }

  private List<TwoRoute> twos() {
    List<HttpMethod> read = List.of(HttpMethod.GET, HttpMethod.HEAD);
    List<HttpMethod> delete = List.of(HttpMethod.DELETE);
    return List.of(
        new TwoRoute(UPLOAD, List.of(HttpMethod.PATCH), uploads::patch),
        new TwoRoute(UPLOAD, List.of(HttpMethod.PUT), uploads::put),
        new TwoRoute(UPLOAD, List.of(HttpMethod.GET), uploads::status),
        new TwoRoute(UPLOAD, delete, uploads::cancel),
        new TwoRoute(BLOB, read, BlobCalls::get),
        new TwoRoute(BLOB, delete, BlobCalls::delete),
        new TwoRoute(MANIFEST, read, manifests::get),
        new TwoRoute(MANIFEST, List.of(HttpMethod.PUT), manifests::put),
        new TwoRoute(MANIFEST, delete, manifests::delete),
        new TwoRoute(REFERRERS, List.of(HttpMethod.GET), manifests::referrers),
        new TwoRoute(ACR_TAG, ITEM, acr::tag),
        new TwoRoute(ACR_MANIFEST, ITEM, acr::manifest));
  }
}
