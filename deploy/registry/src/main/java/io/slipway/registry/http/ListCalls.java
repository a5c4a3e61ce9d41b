package io.slipway.registry.http;

import io.slipway.registry.store.Repository;
import io.slipway.registry.store.Repository.Tag;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;

/** Lists: end-8 of the distribution specification and the catalog. */
final class ListCalls {
  private ListCalls() {}

  static void tags(Call call, String name) throws IOException {
    Repository repository = call.repository(name, "pull");
    if (!repository.exists()) {
      throw RegistryProblem.nameUnknown(name);
    }
    List<String> all = repository.tags().stream().map(Tag::name).toList();
    List<String> page = page(call, all, "/v2/" + name + "/tags/list");
    call.json(200, new JsonObject().put("name", name).put("tags", new JsonArray(page)));
  }

  static void catalog(Call call, String path) throws IOException {
    if (!call.access().allowsCatalog()) {
      throw new Call.Unauthorized("registry:catalog:*");
    }
    List<String> page = page(call, call.store().repositories(), path);
    call.json(200, new JsonObject().put("repositories", new JsonArray(page)));
  }

  /**
   * Entries after {@code last}, at most {@code n}; the header names the next page if there is one.
   */
  private static List<String> page(Call call, List<String> all, String path) {
    String last = call.query("last").orElse("");
    int most = call.page(Integer.MAX_VALUE);
    List<String> rest = all.stream().filter(entry -> entry.compareTo(last) > 0).toList();
    List<String> page = rest.stream().limit(most).toList();
    if (!page.isEmpty() && page.size() < rest.size()) {
      String next = path + "?last=" + page.get(page.size() - 1) + "&n=" + most + "&orderby=";
      call.request().response().putHeader("Link", "<" + next + ">; rel=\"next\"");
    }
    return page;
  }
}
