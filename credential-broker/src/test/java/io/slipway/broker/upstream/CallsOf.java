package io.slipway.broker.upstream;

import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.ServiceToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Calls of services as they are wired in the broker, for tests that do without its container. */
public final class CallsOf {
  private CallsOf() {}

  /**
   * Calls with the token of a service client.
   *
   * @param folder where its secret may be written
   */
  public static ServiceCalls service(ReactiveHttp http, String identityUrl, Path folder)
      throws IOException {
    Path secret = Files.writeString(folder.resolve("client.secret"), "0123456789abcdef".repeat(4));
    return new ServiceCalls(
        http,
        new ServiceToken(
            identityUrl,
            "slipway-credential-broker",
            new ClientSecret(secret),
            http::postForm,
            InstantSource.system()));
  }
}
