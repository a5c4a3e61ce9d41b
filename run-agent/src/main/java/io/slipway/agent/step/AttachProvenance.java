package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.agent.config.AgentConfig;
import io.slipway.builder.RegistryAccess.Attachment;
import io.slipway.builder.RegistryCallException;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.AttestAnswer;
import io.slipway.contract.agent.AttestRequest;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.ServiceToken;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Puts provenance beside a pushed image. What it says is task-api's word, signed by
 * identity-service: no step, and not even this agent, has the key.
 */
@ApplicationScoped
class AttachProvenance {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** So often that a minute's pause of a service costs no run. */
  private static final int TRIES = 60;

  private final AgentConfig config;
  private final BlockingHttp http;
  private final ServiceToken token;
  private final HolderKey key;

  AttachProvenance(AgentConfig config, BlockingHttp http, ServiceToken token, HolderKey key) {
    this.config = config;
    this.http = http;
    this.token = token;
    this.key = key;
  }

  /**
   * Attaches it, if the agent is told to.
   *
   * @param builtFrom what the image was built from
   * @throws Refusal if the platform does not give it; a registry that does not take it is only
   *     noted in the log
   */
  void attach(
      Attempt attempt, ImageReference image, ImageRef pushed, List<ImageDependency> builtFrom)
      throws Refusal, InterruptedException {
    if (!config.agent().provenance()) {
      return;
    }
    AttestAnswer signed = signed(attempt, new AttestRequest(pushed, builtFrom));
    ImageReference byDigest =
        new ImageReference(image.registry(), image.repository(), null, pushed.digest());
    try {
      attempt
          .registries()
          .attach(
              byDigest, new Attachment(signed.mediaType(), signed.text(), signed.annotations()));
      attempt.log().engine("Attached provenance to " + byDigest.canonical());
    } catch (RegistryCallException refused) {
      if (!BuilderRefusals.isDecided(refused)) {
        throw BuilderRefusals.of(refused).because("failed to attach provenance");
      }
      attempt
          .log()
          .engine(
              "The registry takes no provenance of %s: %s"
                  .formatted(byDigest.canonical(), refused.getMessage()));
    }
  }

  private AttestAnswer signed(Attempt attempt, AttestRequest request)
      throws Refusal, InterruptedException {
    for (int tried = 1; ; tried++) {
      String problem;
      try {
        BlockingHttp.Answer answer =
            token.callAndWait(
                bearer ->
                    http.post(
                        config.taskApiUrl() + "/internal/attestations",
                        bearer,
                        Map.of(
                            "Slipway-Run-Token",
                            attempt.lease().token(),
                            HolderKey.HEADER,
                            key.secret()),
                        request,
                        LIMIT),
                BlockingHttp.Answer::status);
        if (answer.ok()) {
          return answer.as(AttestAnswer.class);
        }
        problem = answer.message();
        if (!mayChange(answer)) {
          throw notSigned(problem);
        }
      } catch (IOException away) {
        problem = "task-api cannot be reached";
      }
      if (tried == TRIES) {
        throw notSigned(problem);
      }
      Thread.sleep(PAUSE);
    }
  }

  /** A lease that is over may be renewed by the next heartbeat; if not, the fence ends the run. */
  private static boolean mayChange(BlockingHttp.Answer answer) {
    return RetryPolicy.isTransient(answer.status()) || answer.code().equals("InvalidRunToken");
  }

  private static Refusal notSigned(String problem) {
    return new Refusal(Refusal.Blame.PLATFORM, "failed to get provenance signed: " + problem, null);
  }
}
