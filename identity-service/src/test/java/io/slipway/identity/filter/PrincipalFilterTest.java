package io.slipway.identity.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalFilterTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "servicePrincipalNames/any(c:c eq 'x'), CLIENT_ID, x",
        "serviceprincipalnames/any(n:n eq 'it''s'), CLIENT_ID, it's",
        "appId eq 'x', CLIENT_ID, x",
        "id eq 'x', ID, x",
        "displayName eq 'a b', DISPLAY_NAME, a b",
      })
  void shouldReadFilters(String filter, PrincipalFilter.Field field, String value) {
    assertThat(PrincipalFilter.parse(filter)).contains(new PrincipalFilter(field, value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "startswith(displayName,'a')",
        "servicePrincipalNames/any(c:d eq 'x')",
        "appId eq 'x' or true"
      })
  void rejectsOtherFilters(String filter) {
    assertThat(PrincipalFilter.parse(filter)).isEmpty();
  }

  @Test
  void rejectsVeryLongFilters() {
    assertThat(PrincipalFilter.parse("displayName eq '" + "a".repeat(100_000) + "'")).isEmpty();
  }
}
