package io.slipway.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "//, /",
    "/subscriptions/s/, /subscriptions/s",
    "/subscriptions/S//resourcegroups/G, /subscriptions/S/resourcegroups/G",
    "/subscriptions/s/providers/A.B/c/d, /subscriptions/s/providers/A.B/c/d",
    "/subscriptions/s/resourceGroups/g/providers/A.B/c/d/e/f, /subscriptions/s/resourceGroups/g/providers/A.B/c/d/e/f",
    "/subscriptions/s/resourceGroups/g/providers/A.B/c/d/providers/E.F/g/h, /subscriptions/s/resourceGroups/g/providers/A.B/c/d/providers/E.F/g/h",
  })
  void shouldReadArmIds(String id, String text) {
    assertThat(Scope.parse(id)).hasValueSatisfying(s -> assertThat(s.text()).isEqualTo(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "subscriptions/s",
        "/subscriptions",
        "/tenants/t",
        "/subscriptions/..",
        "/subscriptions/s/resourceGroups",
        "/subscriptions/s/resourceGroups/..",
        "/subscriptions/s/resourceGroups/g/providers",
        "/subscriptions/s/resourceGroups/g/providers/A.B",
        "/subscriptions/s/resourceGroups/g/providers/A.B/c",
        "/subscriptions/s/resourceGroups/g/providers/A.B/c/d/e",
        "/subscriptions/s/resourceGroups/g%2fx",
        "/subscriptions/s/resourceGroups/g\\x",
        "/subscriptions/s/resourceGroups/g\nx",
        "/subscriptions/s/resourceGroups/g/other/A.B/c/d",
        "/subscriptions/*",
      })
  void rejectsWhatIsNoArmId(String id) {
    assertThat(Scope.parse(id)).isEmpty();
  }

  @Test
  void rejectsAVeryLongId() {
    assertThat(Scope.parse("/subscriptions/" + "a/".repeat(5000))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/subscriptions/s, /subscriptions/s/resourcegroups/g, true",
    "/subscriptions/s, /subscriptions/s, false",
    "/subscriptions/s, /subscriptions/s0, false",
    "/subscriptions/s, /subscriptions/s-2/resourcegroups/g, false",
    "/subscriptions/s, /subscriptions/s.2, false",
    "/, /subscriptions/s, true"
  })
  void shouldKnowTheRangeOfKeysBelow(String scope, String there, boolean below) {
    Scope above = Scope.parse(scope).orElseThrow();

    assertThat(there.compareTo(above.firstBelow()) >= 0 && there.compareTo(above.afterBelow()) < 0)
        .isEqualTo(below);
  }
}
