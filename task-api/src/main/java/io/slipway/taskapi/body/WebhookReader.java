package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import io.slipway.taskapi.definition.WebhookAction;
import io.slipway.taskapi.definition.WebhookRequest;
import io.slipway.taskapi.definition.WebhookScope;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a body wants of a webhook; fails with 400, naming all that is wrong. */
public final class WebhookReader {
  private static final String AT = "properties";
  private static final int LONGEST_ADDRESS = 2_048;
  private static final int MOST_HEADERS = 30;
  private static final int MOST_CHARACTERS = 8_192;
  private static final int LEAST_SECRET = 24;
  private static final int MOST_SECRET = 64;
  private static final String SECRET = "whsec_";
  private static final List<String> ACTIONS = WebhookAction.all();

  /** What ACR has besides, and what to use instead. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "quarantine", "there is no quarantine here",
          "chart_push", "charts are pushed as images, which 'push' tells of",
          "chart_delete", "charts are pushed as images, whose end 'delete' tells of");

  /** The platform's own, and those that belong to a connection. */
  private static final Set<String> OWN =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

  private final Problems problems = new Problems(ArmFields.WEBHOOK.code());
  private final JsonNode properties;

  private WebhookReader(JsonNode properties) {
    this.properties = properties;
  }

  /** A webhook that is made or replaced: address and actions must be given. */
  public static WebhookRequest put(JsonNode body) {
    return read(body, true);
  }

  /** A change. */
  public static WebhookRequest patch(JsonNode body) {
    return read(body, false);
  }

  private static WebhookRequest read(JsonNode body, boolean whole) {
    ArmFields.WEBHOOK.check(body);
    WebhookReader reader = new WebhookReader(body.path(AT));
    WebhookRequest request =
        new WebhookRequest(
            reader.address(whole),
            reader.headers(),
            reader.secret(),
            reader.enabled(),
            reader.scope(),
            reader.actions(whole));
    reader.problems.throwIfAny();
    return request;
  }

  private @Nullable String address(boolean required) {
    String text =
        required
            ? problems.required(properties, AT, "serviceUri", LONGEST_ADDRESS)
            : problems.text(properties, AT, "serviceUri", LONGEST_ADDRESS);
    if (text != null && !text.isEmpty() && !isAddress(text)) {
      // The address is not repeated: it may hold a secret.
      problems.add(
          "properties.serviceUri",
          "must be https://host/path, or http, without a user name and without #;"
              + " put credentials into customHeaders");
    }
    return text;
  }

  private static boolean isAddress(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      return (scheme.equals("https") || scheme.equals("http"))
          && uri.getHost() != null
          && uri.getPort() <= 65_535
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException none) {
      return false;
    }
  }

  private @Nullable Map<String, String> headers() {
    JsonNode given = properties.path("customHeaders");
    if (given.isMissingNode() || given.isNull()) {
      return null;
    }
    String at = "properties.customHeaders";
    Map<String, String> headers = new LinkedHashMap<>();
    if (!given.isObject()) {
      problems.add(at, "must be an object of strings");
      return headers;
    }
    if (!problems.few(given, at, MOST_HEADERS)) {
      return headers;
    }
    int characters = 0;
    for (Map.Entry<String, JsonNode> header : given.properties()) {
      String name = header.getKey();
      String value = header.getValue().asText("");
      characters += name.length() + value.length();
      String lower = name.toLowerCase(Locale.ROOT);
      if (!NAME.matcher(name).matches()) {
        problems.add(at, "has a name that no header can have");
      } else if (OWN.contains(lower) || lower.startsWith("webhook-")) {
        problems.add(at + "." + name, "is set by the platform: leave it out");
      } else if (!header.getValue().isTextual() || !VALUE.matcher(value).matches()) {
        problems.add(at + "." + name, "must be a string of printable ASCII characters");
      } else {
        headers.put(name, value);
      }
    }
    if (characters > MOST_CHARACTERS) {
      problems.add(
          at, "has " + characters + " characters, at most " + MOST_CHARACTERS + " are allowed");
    }
    return headers;
  }

  private @Nullable String secret() {
    String text = problems.text(properties, AT, "signingSecret");
    if (text != null && !isSecret(text)) {
      problems.add(
          "properties.signingSecret",
          "must be %s and %d to %d bytes in base64, or left out: then the platform makes one"
              .formatted(SECRET, LEAST_SECRET, MOST_SECRET));
    }
    return text;
  }

  private static boolean isSecret(String text) {
    if (!text.startsWith(SECRET)) {
      return false;
    }
    try {
      int bytes = Base64.getDecoder().decode(text.substring(SECRET.length())).length;
      return bytes >= LEAST_SECRET && bytes <= MOST_SECRET;
    } catch (IllegalArgumentException none) {
      return false;
    }
  }

  private @Nullable Boolean enabled() {
    String status = problems.oneOf(properties, AT, "status", "", List.of("enabled", "disabled"));
    return status.isEmpty() ? null : Boolean.valueOf(status.equals("enabled"));
  }

  private @Nullable WebhookScope scope() {
    String text = problems.text(properties, AT, "scope");
    if (text == null) {
      return null;
    }
    return WebhookScope.of(text)
        .orElseGet(() -> {
          problems.add(
              "properties.scope",
              "is '" + text + "', must be repository:tag, repository:* or empty for all images");
          return WebhookScope.ALL;
        });
  }

  private @Nullable List<String> actions(boolean required) {
    if (!properties.hasNonNull("actions")) {
      if (required) {
        problems.add("properties.actions", "is missing, must be some of " + ACTIONS);
      }
      return null;
    }
    List<String> actions = new ArrayList<>();
    for (String given : problems.texts(properties, AT, "actions")) {
      String action = given.toLowerCase(Locale.ROOT);
      if (!ACTIONS.contains(action)) {
        String why = REFUSED.get(action);
        problems.add(
            "properties.actions",
            "has '%s', %s"
                .formatted(
                    given,
                    why == null
                        ? "must be some of " + ACTIONS
                        : "which is not supported by Slipway: " + why));
      } else if (!actions.contains(action)) {
        actions.add(action);
      }
    }
    if (properties.path("actions").isEmpty()) {
      problems.add("properties.actions", "is empty, must be some of " + ACTIONS);
    }
    return actions;
  }
}
