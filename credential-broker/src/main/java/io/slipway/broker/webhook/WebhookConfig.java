package io.slipway.broker.webhook;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a webhook. Pure.
 *
 * @param serviceUri where events are posted
 * @param customHeaders what is sent with them
 * @param signingSecret what they are signed with
 */
record WebhookConfig(
    @Nullable String serviceUri,
    Map<String, String> customHeaders,
    @Nullable String signingSecret) {
  static final String HIDDEN = "***";

  private static final String ADDRESS = "@webhook/serviceUri";
  private static final String HEADERS = "@webhook/customHeaders";
  private static final String SECRET = "@webhook/signingSecret";

  /** Shorter texts are in every answer. */
  private static final int LEAST_HIDDEN = 4;

  /** Whether the secret of that name belongs to a webhook. */
  static boolean has(String name) {
    return name.equals(ADDRESS) || name.equals(HEADERS) || name.equals(SECRET);
  }

  /** Reads the secrets of an owner, by name. */
  static WebhookConfig of(Map<String, String> secrets) {
    Map<String, String> headers = new LinkedHashMap<>();
    new JsonObject(secrets.getOrDefault(HEADERS, "{}"))
        .forEach(header -> headers.put(header.getKey(), String.valueOf(header.getValue())));
    return new WebhookConfig(secrets.get(ADDRESS), headers, secrets.get(SECRET));
  }

  /** A text without what is secret here, in whatever way a receiver sends it back. */
  String masked(String text) {
    List<String> secrets = new ArrayList<>(customHeaders.values());
    if (signingSecret != null) {
      secrets.add(signingSecret);
    }
    String rest = rest();
    secrets.add(rest);
    String masked = text;
    for (String secret :
        secrets.stream()
            .filter(it -> it.length() >= LEAST_HIDDEN)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList()) {
      masked = masked.replace(secret, HIDDEN);
    }
    return masked;
  }

  /** The address as it may be shown: the host, for the rest may be a secret. */
  String shownAddress() {
    String address = String.valueOf(serviceUri);
    String rest = rest();
    String host = address.substring(0, address.length() - rest.length());
    return rest.length() > 1 ? host + "/" + HIDDEN : address;
  }

  /** Path and query. */
  private String rest() {
    String address = String.valueOf(serviceUri);
    int host = address.indexOf("://") + "://".length();
    for (int i = host; i < address.length(); i++) {
      if (address.charAt(i) == '/' || address.charAt(i) == '?') {
        return address.substring(i);
      }
    }
    return "";
  }

  @Override
  public String toString() {
    return "WebhookConfig[***]";
  }
}
