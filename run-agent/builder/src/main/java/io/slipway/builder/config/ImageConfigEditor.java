package io.slipway.builder.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes a changed copy of a configuration, one instruction after the other. An empty list, text or
 * map takes a setting away. For one thread.
 */
public final class ImageConfigEditor {
  private final ObjectNode root;

  ImageConfigEditor(ObjectNode root) {
    this.root = root;
  }

  /** The changed configuration. The editor may go on afterwards. */
  public ImageConfig done() {
    return ImageConfig.of(root.deepCopy());
  }

  /** Sets the whole environment, each as {@code NAME=value}. */
  public ImageConfigEditor env(List<String> env) {
    return list("Env", env);
  }

  /** Sets one variable, in place of its old value if it has one. */
  public ImageConfigEditor env(String name, String value) {
    List<String> env = new ArrayList<>(ImageConfig.of(root).env());
    String line = name + "=" + value;
    for (int i = 0; i < env.size(); i++) {
      if (env.get(i).startsWith(name + "=")) {
        env.set(i, line);
        return env(env);
      }
    }
    env.add(line);
    return env(env);
  }

  public ImageConfigEditor entrypoint(List<String> entrypoint) {
    return list("Entrypoint", entrypoint);
  }

  public ImageConfigEditor cmd(List<String> cmd) {
    return list("Cmd", cmd);
  }

  /** Sets the shell of the shell form. */
  public ImageConfigEditor shell(List<String> shell) {
    return list("Shell", shell);
  }

  /** Sets the instructions for images built on this one. */
  public ImageConfigEditor onBuild(List<String> instructions) {
    return list("OnBuild", instructions);
  }

  public ImageConfigEditor user(String user) {
    return text("User", user);
  }

  public ImageConfigEditor workingDir(String folder) {
    return text("WorkingDir", folder);
  }

  /** Sets the signal that ends a container. */
  public ImageConfigEditor stopSignal(String signal) {
    return text("StopSignal", signal);
  }

  /** Adds labels, or changes those of the same name. */
  public ImageConfigEditor labels(Map<String, String> labels) {
    Map<String, String> all = new TreeMap<>(ImageConfig.of(root).labels());
    all.putAll(labels);
    if (!all.isEmpty()) {
      ObjectNode node = settings().putObject("Labels");
      all.forEach(node::put);
    }
    return this;
  }

  /** Adds ports as {@code 80/tcp}. */
  public ImageConfigEditor expose(Set<String> ports) {
    return addKeys("ExposedPorts", ports);
  }

  public ImageConfigEditor volumes(Set<String> folders) {
    return addKeys("Volumes", folders);
  }

  /** Sets the health check; null removes it. */
  public ImageConfigEditor healthcheck(ImageConfig.@Nullable Healthcheck check) {
    if (check == null) {
      settings().remove("Healthcheck");
      return this;
    }
    ObjectNode node = settings().putObject("Healthcheck");
    check.test().forEach(node.putArray("Test")::add);
    putUnlessZero(node, "Interval", check.interval().toNanos());
    putUnlessZero(node, "Timeout", check.timeout().toNanos());
    putUnlessZero(node, "StartPeriod", check.startPeriod().toNanos());
    putUnlessZero(node, "StartInterval", check.startInterval().toNanos());
    putUnlessZero(node, "Retries", check.retries());
    return this;
  }

  public ImageConfigEditor author(String author) {
    root.put("author", author);
    return this;
  }

  /** Sets when it was made. */
  public ImageConfigEditor created(Instant created) {
    root.put("created", created.toString());
    return this;
  }

  /**
   * Sets when it was made, for it and for what was done to an image that it stands on.
   *
   * @param inherited lines of history that are that image's and stay as they are
   */
  public ImageConfigEditor made(Instant made, int inherited) {
    ArrayNode history = root.withArrayProperty("history");
    for (int i = inherited; i < history.size(); i++) {
      if (history.get(i) instanceof ObjectNode line) {
        line.put("created", made.toString());
      }
    }
    return created(made);
  }

  /** Sets what it runs on. */
  public ImageConfigEditor platform(Platform platform) {
    root.put("architecture", platform.architecture());
    root.put("os", platform.os());
    if (platform.variant() == null) {
      root.remove("variant");
    } else {
      root.put("variant", platform.variant());
    }
    return this;
  }

  /** Adds a layer on top: the digest of its unpacked tar. */
  public ImageConfigEditor addLayer(String diffId) {
    if (!Sha256.isDigest(diffId)) {
      throw new IllegalArgumentException("'" + diffId + "' is not the digest of a layer");
    }
    root.withObjectProperty("rootfs").withArrayProperty("diff_ids").add(diffId);
    return this;
  }

  /** Adds a line of history. */
  public ImageConfigEditor addHistory(ImageConfig.HistoryEntry entry) {
    ObjectNode node = root.withArrayProperty("history").addObject();
    if (entry.created() != null) {
      node.put("created", entry.created().toString());
    }
    node.put("created_by", entry.createdBy());
    if (entry.comment() != null) {
      node.put("comment", entry.comment());
    }
    if (entry.emptyLayer()) {
      node.put("empty_layer", true);
    }
    return this;
  }

  private ObjectNode settings() {
    return root.withObjectProperty("config");
  }

  private ImageConfigEditor list(String name, List<String> values) {
    settings().remove(name);
    if (!values.isEmpty()) {
      ArrayNode array = settings().putArray(name);
      values.forEach(array::add);
    }
    return this;
  }

  private ImageConfigEditor text(String name, String value) {
    if (value.isEmpty()) {
      settings().remove(name);
    } else {
      settings().put(name, value);
    }
    return this;
  }

  private ImageConfigEditor addKeys(String name, Set<String> added) {
    Set<String> keys = new TreeSet<>(added);
    settings().path(name).fieldNames().forEachRemaining(keys::add);
    if (!keys.isEmpty()) {
      ObjectNode node = settings().putObject(name);
      keys.forEach(node::putObject);
    }
    return this;
  }

  private static void putUnlessZero(ObjectNode node, String name, long value) {
    if (value != 0) {
      node.put(name, value);
    }
  }
}
