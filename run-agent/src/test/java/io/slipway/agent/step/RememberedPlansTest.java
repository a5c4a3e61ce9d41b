package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result.Planned;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RememberedPlansTest {
  private static final String FIXED = "version: v1.1.0\nsteps:\n- cmd: alpine true\n";

  private final RememberedPlans plans = new RememberedPlans();

  private static RememberedPlans.Key key(String text) {
    return new RememberedPlans.Key("mine", text, 3600);
  }

  private static Planned plan(String text) {
    Map<String, String> run =
        Map.of("Registry", "127.0.0.1:1", "ID", "ca1", "Date", "20260101-000000z");
    return (Planned)
        PlanTaskFile.plan(text, PlanInput.of(ExpansionInput.of(run, Map.of("image", "alpine"))));
  }

  @Test
  void shouldFindThePlanOfAFileThatRefersToNothing() {
    Planned plan = plan(FIXED);
    plans.add(key(FIXED), plan);

    assertThat(plans.find(key(FIXED))).isSameAs(plan);
  }

  @Test
  void shouldFindNothingOfAnotherRegistryTextOrLimit() {
    plans.add(key(FIXED), plan(FIXED));

    assertThat(plans.find(new RememberedPlans.Key("other", FIXED, 3600))).isNull();
    assertThat(plans.find(new RememberedPlans.Key("mine", FIXED, 60))).isNull();
    assertThat(plans.find(key(FIXED + "\n"))).isNull();
  }

  /** The next run would get what belongs to this one. */
  @Test
  void shouldNotKeepPlansThatAnotherRunGetsDifferently() {
    for (String text :
        new String[] {
          "steps:\n- cmd: alpine echo {{.Run.ID}}\n",
          "steps:\n- cmd: '{{.Values.image}} true'\n",
          "version: v1.1.0\nsteps:\n- cmd: alpine echo $ID\n",
          "version: v1.1.0\nalias:\n  values:\n    tool: alpine\nsteps:\n- cmd: $tool true\n",
          "version: v1.1.0\nsteps:\n- cmd: $acr version\n"
        }) {
      plans.add(key(text), plan(text));
      boolean same = plan(text).fixed();
      assertThat(plans.find(key(text)) != null).as(text).isEqualTo(same);
    }
    assertThat(plan("steps:\n- cmd: alpine echo {{.Run.ID}}\n").fixed()).isFalse();
    assertThat(plan("version: v1.1.0\nsteps:\n- cmd: alpine echo $ID\n").fixed()).isFalse();
    assertThat(plan("steps:\n- cmd: '{{.Values.image}} true'\n").fixed()).isFalse();
  }

  @Test
  void shouldNotKeepSecretsLongerThanTheirRun() {
    String text =
        "steps:\n"
            + "- cmd: alpine true\n"
            + "volumes:\n"
            + "- name: keys\n"
            + "  secret:\n"
            + "    a: dGhpcyBpcyBhIHRlc3Q=\n";
    plans.add(key(text), plan(text));

    assertThat(plans.find(key(text))).isNull();
  }

  @Test
  void shouldKeepTheLastUsedOnly() {
    Planned plan = plan(FIXED);
    for (int i = 0; i < 1_000; i++) {
      plans.add(key(FIXED + "# " + i), plan);
      assertThat(plans.find(key(FIXED + "# 0"))).isNotNull();
    }

    assertThat(plans.find(key(FIXED + "# 500"))).isNull();
    assertThat(plans.find(key(FIXED + "# 999"))).isNotNull();
    plans.add(key(FIXED + "#".repeat(20_000)), plan);
    assertThat(plans.find(key(FIXED + "#".repeat(20_000)))).isNull();
  }
}
