package io.slipway.registry.http;

import io.slipway.registry.store.Lists.Order;
import io.slipway.registry.store.Lists.Page;
import io.slipway.registry.store.Repository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** Lists: end-8 of the distribution specification and the catalog. */
final class ListCalls {
  /** Most names of a page, and how many there are if nothing is asked for. */
  private static final int LONGEST = 10_000;

  private ListCalls() {}

  static void tags(Call call, String name) throws IOException {
    Repository repository = call.known(name, "pull");
    int most = call.page(LONGEST, LONGEST);
    Page page = repository.tags(Order.NAME, call.query("last"), most);
    call.next("/v2/" + name + "/tags/list", page, most);
    call.json(200, new JsonObject().put("name", name).put("tags", new JsonArray(page.names())));
  }

  static void catalog(Call call, String path) throws IOException {
    if (!call.access().allowsCatalog()) {
      throw new Call.Unauthorized("registry:catalog:*");
    }
    int most = call.page(LONGEST, LONGEST);
    Page page = call.store().repositories(call.query("last"), most);
    call.next(path, page, most);
    call.json(200, new JsonObject().put("repositories", new JsonArray(page.names())));
  }
}
