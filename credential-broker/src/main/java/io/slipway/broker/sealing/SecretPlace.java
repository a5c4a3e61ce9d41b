package io.slipway.broker.sealing;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Where a secret lies. No two places have the same text: the owner has a fixed length, a login
 * server holds no bar, a name comes last.
 *
 * @param text of the place
 */
public record SecretPlace(String text) {

  /** The user name of a binding. */
  public static SecretPlace userName(UUID owner, String serverKey) {
    return new SecretPlace("binding|" + owner + "|" + serverKey + "|userName");
  }

  /** The password of a binding. */
  public static SecretPlace password(UUID owner, String serverKey) {
    return new SecretPlace("binding|" + owner + "|" + serverKey + "|password");
  }

  /** A secret value of a run. */
  public static SecretPlace runSecret(UUID owner, String name) {
    return new SecretPlace("secret|" + owner + "|" + name);
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
