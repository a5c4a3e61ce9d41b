package io.slipway.taskapi.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.slipway.taskapi.neighbour.IdentityClient.Decisions;
import java.util.List;
import org.junit.jupiter.api.Test;

class RememberedDecisionsTest {
  private static final Check READ = new Check("read", "/a");
  private static final Check WRITE = new Check("write", "/a");
  private final RememberedDecisions decisions = new RememberedDecisions(3);

  @Test
  void shouldAnswerOnlyForTheSamePrincipalCheckAndVersion() {
    decisions.keep("p", List.of(READ, WRITE), new Decisions("1", List.of(true, false)));

    assertThat(decisions.find("1", "p", List.of(WRITE, READ))).hasValue(List.of(false, true));
    assertThat(decisions.find("2", "p", List.of(READ))).isEmpty();
    assertThat(decisions.find("1", "other", List.of(READ))).isEmpty();
    assertThat(decisions.find("1", "p", List.of(READ, new Check("read", "/b")))).isEmpty();
  }

  @Test
  void shouldSayWhetherAnythingIsKnown() {
    decisions.keep("p", List.of(READ), new Decisions("1", List.of(true)));

    assertThat(decisions.knows("p", List.of(READ))).isTrue();
    assertThat(decisions.knows("p", List.of(READ, WRITE))).isFalse();
    assertThat(decisions.knows("q", List.of(READ))).isFalse();
  }

  @Test
  void shouldForgetTheLeastUsedWhenThereAreTooMany() {
    decisions.keep("p", List.of(READ, WRITE), new Decisions("1", List.of(true, true)));
    decisions.keep("q", List.of(READ), new Decisions("1", List.of(true)));
    decisions.find("1", "p", List.of(READ));
    decisions.keep("r", List.of(READ), new Decisions("1", List.of(true)));

    assertThat(decisions.find("1", "p", List.of(WRITE))).isEmpty();
    assertThat(decisions.find("1", "p", List.of(READ))).isPresent();
    assertThat(decisions.find("1", "r", List.of(READ))).isPresent();
  }
}
