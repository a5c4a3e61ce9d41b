package io.slipway.taskapi.http;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The message in another service's error answer. Pure. */
final class UpstreamError {
  private static final int LONGEST = 300;

  private UpstreamError() {}

  static String message(@Nullable String body) {
    if (body == null || body.isBlank()) {
      return "";
    }
    try {
      Object error = new JsonObject(body).getValue("error");
      if (error instanceof JsonObject object) {
        return cut(object.getString("message", ""));
      }
      return error == null ? "" : cut(error.toString());
    } catch (DecodeException noJson) {
      return "";
    }
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
