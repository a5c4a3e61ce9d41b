package io.slipway.agent.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.EngineException;
import io.slipway.builder.RegistryCallException;
import io.slipway.taskfile.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuilderRefusalsTest {
  @ParameterizedTest
  @CsvSource({
    "USER, USER",
    "ACCESS, USER",
    "NETWORK, USER",
    "UNSUPPORTED, UNSUPPORTED",
    "PLATFORM, PLATFORM"
  })
  void shouldSayWhoIsToBlameForAnEngine(EngineException.Cause cause, Refusal.Blame blame) {
    Refusal refusal = BuilderRefusals.of(new EngineException(cause, "it broke"));

    assertThat(refusal.blame()).isEqualTo(blame);
    assertThat(refusal.text()).isEqualTo("it broke");
  }

  @ParameterizedTest
  @CsvSource({
    "UNAUTHORIZED, USER",
    "NOT_FOUND, USER",
    "RATE_LIMITED, USER",
    "UNREACHABLE, USER",
    "INVALID, USER",
    "STORE, PLATFORM"
  })
  void shouldSayWhoIsToBlameForARegistry(RegistryCallException.Reason reason, Refusal.Blame blame) {
    Refusal refusal =
        BuilderRefusals.of(new RegistryCallException(reason, "r.example", "app", "not today"));

    assertThat(refusal.blame()).isEqualTo(blame);
    assertThat(refusal.text()).isEqualTo("not today");
  }

  @Test
  void shouldTryAgainOnlyWhatMayPass() {
    assertThat(BuilderRefusals.mayPass(new EngineException(EngineException.Cause.NETWORK, "away")))
        .isTrue();
    assertThat(BuilderRefusals.mayPass(new EngineException(EngineException.Cause.ACCESS, "no")))
        .isFalse();
  }

  @Test
  void shouldNotWaitAgainForACredentialThatItsSourceWaitedFor() {
    RegistryCallException inVain =
        new RegistryCallException(
            RegistryCallException.Reason.UNREACHABLE,
            "r.example",
            "app",
            "the broker cannot be reached",
            new CredentialRefusedException("the broker cannot be reached", true));

    assertThat(BuilderRefusals.mayPass(EngineException.of(inVain))).isFalse();
  }
}
