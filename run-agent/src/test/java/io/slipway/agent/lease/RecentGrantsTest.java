package io.slipway.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.agent.RunAttempt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecentGrantsTest {
  private static final UUID RUN = new UUID(0, 1);

  @Test
  void shouldKnowAnAttemptAndNotTheNext() {
    RecentGrants grants = new RecentGrants(2);

    grants.add(new RunAttempt(RUN, 1));

    assertThat(grants.has(new RunAttempt(RUN, 1))).isTrue();
    assertThat(grants.has(new RunAttempt(RUN, 2))).isFalse();
  }

  @Test
  void shouldForgetTheOldest() {
    RecentGrants grants = new RecentGrants(2);

    grants.add(new RunAttempt(RUN, 1));
    grants.add(new RunAttempt(RUN, 2));
    grants.add(new RunAttempt(RUN, 3));

    assertThat(grants.has(new RunAttempt(RUN, 1))).isFalse();
    assertThat(grants.has(new RunAttempt(RUN, 2))).isTrue();
    assertThat(grants.has(new RunAttempt(RUN, 3))).isTrue();
  }
}
