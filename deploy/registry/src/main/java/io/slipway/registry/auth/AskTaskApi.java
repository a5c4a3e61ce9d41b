package io.slipway.registry.auth;

import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ServiceToken;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asks task-api which attempts of runs go on. */
public final class AskTaskApi implements GoingRuns.Question {
  /** A push waits for the answer. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final BlockingHttp http;
  private final ServiceToken token;
  private final String address;

  /** With the address of task-api. */
  public AskTaskApi(BlockingHttp http, ServiceToken token, String taskApiUrl) {
    this.http = http;
    this.token = token;
    this.address = taskApiUrl + "/internal/run-attempts/checks";
  }

  private record Checked(List<Boolean> going) {}

  @Override
  public boolean goesOn(String runUid, int attempt) throws IOException, InterruptedException {
    Map<String, Object> asked = Map.of("runUid", runUid, "attempt", attempt);
    BlockingHttp.Answer answer =
        token.callAndWait(
            bearer -> http.post(address, bearer, Map.of("attempts", List.of(asked)), LIMIT),
            BlockingHttp.Answer::status);
    if (!answer.ok()) {
      throw new IOException("task-api answered " + answer.status());
    }
    return answer.as(Checked.class).going().getFirst();
  }
}
