package io.slipway.builder.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an image: how its containers start, and what its layers are. Unchangeable; a
 * changed copy comes from {@link #edit()}. Fields unknown to this class are kept.
 */
public final class ImageConfig {
  private final ObjectNode root;
  private final String json;

  private ImageConfig(ObjectNode root, String json) {
    this.root = root;
    this.json = json;
  }

  /**
   * Reads a configuration; its text, and so its digest, stays exactly as it is.
   *
   * @throws MalformedImageException if it is not a configuration
   */
  public static ImageConfig parse(String json) throws MalformedImageException {
    ObjectNode root = Json.parseObject(json, "The image configuration");
    if (!root.path("rootfs").path("diff_ids").isArray()) {
      throw new MalformedImageException("The image configuration has no rootfs.diff_ids");
    }
    return new ImageConfig(root, json);
  }

  /** The configuration of {@code FROM scratch}: no layers, nothing set. */
  public static ImageConfig empty(Platform platform) {
    ObjectNode root = Json.object();
    root.put("architecture", platform.architecture());
    root.put("os", platform.os());
    if (platform.variant() != null) {
      root.put("variant", platform.variant());
    }
    root.putObject("config");
    root.putArray("history");
    root.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    return of(root);
  }

  static ImageConfig of(ObjectNode root) {
    return new ImageConfig(root, Json.write(root));
  }

  ObjectNode copyOfTree() {
    return root.deepCopy();
  }

  public ImageConfigEditor edit() {
    return new ImageConfigEditor(copyOfTree());
  }

  public String json() {
    return json;
  }

  /** Its digest, which is the id of the image. */
  public String digest() {
    return Sha256.of(json);
  }

  public Platform platform() {
    String variant = root.path("variant").asText("");
    return new Platform(
        root.path("os").asText("linux"),
        root.path("architecture").asText("amd64"),
        variant.isEmpty() ? null : variant);
  }

  /** Environment as {@code NAME=value}, in its order. */
  public List<String> env() {
    return list("Env");
  }

  /** Entry point; empty if there is none. */
  public List<String> entrypoint() {
    return list("Entrypoint");
  }

  /** Command; empty if there is none. */
  public List<String> cmd() {
    return list("Cmd");
  }

  /** Shell of {@code RUN} in its shell form; empty for the default. */
  public List<String> shell() {
    return list("Shell");
  }

  /** Instructions for images built on this one. */
  public List<String> onBuild() {
    return list("OnBuild");
  }

  /** User as {@code name[:group]} or numbers; empty for root. */
  public String user() {
    return setting("User").asText("");
  }

  /** Working directory; empty for {@code /}. */
  public String workingDir() {
    return setting("WorkingDir").asText("");
  }

  /** Signal that ends a container; empty for the default. */
  public String stopSignal() {
    return setting("StopSignal").asText("");
  }

  public Map<String, String> labels() {
    return Json.textMap(setting("Labels"));
  }

  public Set<String> volumes() {
    return keys("Volumes");
  }

  /** The health check, if one is declared. */
  public Optional<Healthcheck> healthcheck() {
    JsonNode node = setting("Healthcheck");
    if (!node.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new Healthcheck(
            Json.texts(node.path("Test")),
            Duration.ofNanos(node.path("Interval").asLong()),
            Duration.ofNanos(node.path("Timeout").asLong()),
            Duration.ofNanos(node.path("StartPeriod").asLong()),
            Duration.ofNanos(node.path("StartInterval").asLong()),
            node.path("Retries").asInt()));
  }

  /** Author; empty if there is none. */
  public String author() {
    return root.path("author").asText("");
  }

  /** When it was made, if the configuration says so. */
  public Optional<Instant> created() {
    return Optional.ofNullable(instant(root.path("created")));
  }

  /** Digests of the unpacked layers, the lowest first. */
  public List<String> diffIds() {
    return Json.texts(root.path("rootfs").path("diff_ids"));
  }

  /** How it came to be, the oldest first. */
  public List<HistoryEntry> history() {
    List<HistoryEntry> entries = new ArrayList<>();
    for (JsonNode node : root.path("history")) {
      entries.add(
          new HistoryEntry(
              instant(node.path("created")),
              node.path("created_by").asText(""),
              node.path("comment").isTextual() ? node.path("comment").asText() : null,
              node.path("empty_layer").asBoolean()));
    }
    return List.copyOf(entries);
  }

  private JsonNode setting(String name) {
    return root.path("config").path(name);
  }

  private List<String> list(String name) {
    return Json.texts(setting(name));
  }

  private Set<String> keys(String name) {
    Set<String> keys = new TreeSet<>();
    setting(name).fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static @Nullable Instant instant(JsonNode node) {
    try {
      return node.isTextual() ? OffsetDateTime.parse(node.asText()).toInstant() : null;
    } catch (DateTimeParseException e) {
      return null; // a note for people, not worth refusing the image
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageConfig that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return json;
  }

  /**
   * One line of an image's history.
   *
   * @param created when, or null
   * @param createdBy the instruction, as {@code /bin/sh -c #(nop) CMD ["node"]}
   * @param comment a remark, or null
   * @param emptyLayer whether it has no layer of its own
   */
  public record HistoryEntry(
      @Nullable Instant created, String createdBy, @Nullable String comment, boolean emptyLayer) {}

  /**
   * How a container tells whether it is well.
   *
   * @param test {@code ["NONE"]}, {@code ["CMD", …]} or {@code ["CMD-SHELL", text]}
   * @param interval pause between checks; zero for the default
   * @param timeout limit of one check; zero for the default
   * @param startPeriod time after the start in which failures do not count; zero for the default
   * @param startInterval pause between checks in that time; zero for the default
   * @param retries failures in a row that mean unhealthy; zero for the default
   */
  public record Healthcheck(
      List<String> test,
      Duration interval,
      Duration timeout,
      Duration startPeriod,
      Duration startInterval,
      int retries) {

    public Healthcheck {
      test = List.copyOf(test);
    }

    /** {@code HEALTHCHECK NONE}. */
    public static Healthcheck none() {
      return new Healthcheck(
          List.of("NONE"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
    }
  }
}
