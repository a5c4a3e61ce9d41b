package io.slipway.agent.http;

import io.slipway.agent.config.AgentConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;

/** The agent's own token; fetched anew at half its life. */
@ApplicationScoped
public class ServiceToken {
  private final AgentConfig config;
  private final HttpCalls http;
  private final InstantSource clock;
  private String token = "";
  private Instant renewAt = Instant.EPOCH;

  /** Of the configured service client. */
  public ServiceToken(AgentConfig config, HttpCalls http, InstantSource clock) {
    this.config = config;
    this.http = http;
    this.clock = clock;
  }

  /** A token that is good for a while. */
  public synchronized String get() throws IOException, InterruptedException {
    if (!clock.instant().isBefore(renewAt)) {
      String secret = Files.readString(config.client().secretFile()).strip();
      HttpCalls.Answer answer =
          http.form(
              config.identityUrl() + "/adfs/oauth2/token",
              "grant_type=client_credentials&scope=slipway-internal%2F.default&client_id="
                  + encoded(config.client().id())
                  + "&client_secret="
                  + encoded(secret));
      if (!answer.ok()) {
        throw new IOException("identity-service refused the agent: HTTP " + answer.status());
      }
      token = answer.body().get("access_token").asText();
      renewAt = clock.instant().plusSeconds(answer.body().get("expires_in").asLong() / 2);
    }
    return token;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
