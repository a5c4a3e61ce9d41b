package io.slipway.agent.context;

import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** Gets source that a user uploaded, from task-api; see {@code docs/interfaces.md} section 4. */
@ApplicationScoped
class UploadedSource {
  private final BlockingHttp http;
  private final ServiceToken token;
  private final HolderKey key;
  private final String taskApi;

  UploadedSource(BlockingHttp http, ServiceToken token, HolderKey key, AgentConfig config) {
    this.http = http;
    this.token = token;
    this.key = key;
    this.taskApi = config.taskApiUrl();
  }

  /**
   * Saves the archive.
   *
   * @param id the id in the run's specification
   * @param runToken shows that the source is this run's
   */
  void save(UUID id, String runToken, Path file, ContextLimits limits)
      throws IOException, InterruptedException {
    BlockingHttp.Answer answer =
        token.callAndWait(
            bearer ->
                http.get(
                    taskApi + "/internal/build-sources/" + id,
                    bearer,
                    Map.of("Slipway-Run-Token", runToken, HolderKey.HEADER, key.secret()),
                    body -> ContextDownload.save(body, file, limits)),
            BlockingHttp.Answer::status);
    if (answer.status() >= 500) {
      throw new ContextDownload.StatusException(answer.status());
    }
    if (!answer.ok()) {
      throw new ContextRefusedException("the uploaded source is not given: " + answer.message());
    }
  }
}
