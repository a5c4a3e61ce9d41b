package io.slipway.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SanitizedLineTest {
  private static final String ESCAPE = "\u001b";

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "tab\tbed", "ümläute ✓ 𝄞", "</script> stays text"})
  void shouldLeavePlainTextAsItIs(String line) {
    assertThat(SanitizedLine.of(line)).isSameAs(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[31mred", "[0m", "[1;38;5;200mbold", "[mreset"})
  void shouldKeepColours(String sequence) {
    assertThat(SanitizedLine.of("a" + ESCAPE + sequence)).isEqualTo("a" + ESCAPE + sequence);
  }

  @ParameterizedTest
  @CsvSource({"[2J", "]0;title", "]52;c;aGk=", "[1A", "c", "[31", "[3x1m"})
  void shouldShowWhatWouldSteerATerminal(String sequence) {
    assertThat(SanitizedLine.of("a" + ESCAPE + sequence)).isEqualTo("a␛" + sequence);
  }

  @ParameterizedTest
  @CsvSource({"13,␍", "8,␈", "7,␇", "127,␡", "155,\uFFFD", "0,␀"})
  void shouldShowOtherControlCharacters(int code, String sign) {
    assertThat(SanitizedLine.of("real" + (char) code + "fake")).isEqualTo("real" + sign + "fake");
  }

  @ParameterizedTest
  @CsvSource({"[2J", "[K", "[2K", "[1A", "[?25l", "[12;3H"})
  void shouldTakeAwayWhatMovesTheCursor(String sequence) {
    assertThat(SanitizedLine.withoutCursor("se" + ESCAPE + sequence + "cret")).isEqualTo("secret");
  }

  @Test
  void shouldTakeNothingElseAway() {
    String line = ESCAPE + "[31mred" + ESCAPE + "]0;title" + ESCAPE + "c";

    assertThat(SanitizedLine.withoutCursor(line)).isEqualTo(line);
  }
}
