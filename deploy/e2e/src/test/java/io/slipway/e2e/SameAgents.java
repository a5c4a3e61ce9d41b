package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After all tests of a class the agents are the processes that they were, and go on with runs. */
class SameAgents implements BeforeAllCallback, AfterAllCallback {
  private static final List<String> AGENTS = List.of("run-agent-1", "run-agent-2");

  private List<Long> before = List.of();

  @Override
  public void beforeAll(ExtensionContext context) {
    before = agents();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    assertThat(agents()).hasSameSizeAs(AGENTS).isEqualTo(before);
    for (int i = 0; i < 4; i++) {
      Workshop.shared()
          .run("steps:\n  - cmd: $Registry/base/shell:1 echo still here\n")
          .succeeded();
    }
  }

  private static List<Long> agents() {
    return AGENTS.stream().map(agent -> Workshop.shared().platform().process(agent).pid()).toList();
  }
}
