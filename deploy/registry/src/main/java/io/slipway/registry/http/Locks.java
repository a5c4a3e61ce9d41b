package io.slipway.registry.http;

import io.slipway.registry.store.Attributes;
import io.slipway.registry.store.Repository;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the attributes of repositories, tags and manifests forbid, and how they are changed. */
final class Locks {
  private static final Set<String> NAMES =
      Set.of("deleteEnabled", "writeEnabled", "readEnabled", "listEnabled");

  private Locks() {}

  /** Refuses a push that would change one of these, or the repository. */
  static void requireWrite(Repository repository, List<String> items) throws IOException {
    require(repository.attributes("").writeEnabled(), repository, "", "writeEnabled");
    for (String item : items) {
      require(repository.attributes(item).writeEnabled(), repository, item, "writeEnabled");
    }
  }

  /** Refuses a pull of one of these. */
  static void requireRead(Repository repository, List<String> items) throws IOException {
    require(repository.attributes("").readEnabled(), repository, "", "readEnabled");
    for (String item : items) {
      require(repository.attributes(item).readEnabled(), repository, item, "readEnabled");
    }
  }

  /** Refuses a deletion of all of these; who may not change a thing may not delete it either. */
  static void requireDelete(Repository repository, List<String> items) throws IOException {
    requireDelete(repository, "");
    for (String item : items) {
      requireDelete(repository, item);
    }
  }

  private static void requireDelete(Repository repository, String item) throws IOException {
    Attributes attributes = repository.attributes(item);
    require(attributes.deleteEnabled(), repository, item, "deleteEnabled");
    require(attributes.writeEnabled(), repository, item, "writeEnabled");
  }

  private static void require(boolean on, Repository repository, String item, String attribute) {
    if (!on) {
      String separator = item.isEmpty() ? "" : item.contains(":") ? "@" : ":";
      throw RegistryProblem.locked(repository.name() + separator + item, attribute);
    }
  }

  static JsonObject view(Attributes attributes) {
    return new JsonObject()
        .put("deleteEnabled", attributes.deleteEnabled())
        .put("writeEnabled", attributes.writeEnabled())
        .put("readEnabled", attributes.readEnabled())
        .put("listEnabled", attributes.listEnabled());
  }

  /** Attributes with those that a body names changed. */
  static Attributes changed(Attributes old, byte[] body) {
    JsonObject change;
    try {
      change = new JsonObject(Buffer.buffer(body));
    } catch (DecodeException malformed) {
      throw invalid("the attributes are not a JSON object");
    }
    for (Map.Entry<String, Object> field : change) {
      if (!NAMES.contains(field.getKey())) {
        throw invalid(
            "'"
                + field.getKey()
                + "' cannot be changed: there are deleteEnabled, writeEnabled, readEnabled and"
                + " listEnabled");
      }
      if (!(field.getValue() instanceof Boolean)) {
        throw invalid(field.getKey() + " must be true or false");
      }
    }
    return new Attributes(
        change.getBoolean("deleteEnabled", old.deleteEnabled()),
        change.getBoolean("writeEnabled", old.writeEnabled()),
        change.getBoolean("readEnabled", old.readEnabled()),
        change.getBoolean("listEnabled", old.listEnabled()));
  }

  private static RegistryProblem invalid(String why) {
    return new RegistryProblem(400, "UNSUPPORTED", why);
  }
}
