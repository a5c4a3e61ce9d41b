package io.slipway.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms are made when a text is long enough for one of them, so none may be shorter than said. */
class SecretFormsTest {
  private static final String LONG = "eyJhbGciOiJFUzI1NiJ9.".repeat(40);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abcd",
        "abcde",
        " abcdef ",
        "pässwörd",
        "🔑🔑🔑🔑",
        "a b+c/d\\e\"f",
        "ab\ncd\nef",
        "one line\nanother, longer line\n",
        "-----BEGIN-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n",
        "abcd\n   \nx"
      })
  void shouldHaveNoFormThatIsShorterThanTheShortest(String secret) {
    assertThat(SecretForms.of(secret)).isNotEmpty();
    assertThat(SecretForms.of(secret))
        .allSatisfy(
            form -> assertThat(form.length()).isGreaterThanOrEqualTo(SecretForms.shortest(secret)));
  }

  @Test
  void shouldMaskASecretInTheFirstTextThatIsLongEnoughForIt() {
    SecretMasker masker = new SecretMasker();
    masker.learn(LONG);
    masker.learn("first line of a key\n1234");

    assertThat(masker.mask("12")).isEqualTo("12");
    assertThat(masker.mask("1234")).isEqualTo("***");
    assertThat(masker.mask("before " + LONG + " after")).isEqualTo("before *** after");
    assertThat(masker.mask("first line of a key")).isEqualTo("***");
  }

  @Test
  void shouldKnowAllFormsOfASecretThatNoTextWasLongEnoughFor() {
    SecretMasker masker = new SecretMasker();
    masker.learn(LONG);

    assertThat(masker.mask("short")).isEqualTo("short");
    assertThat(SecretForms.of(LONG))
        .allSatisfy(form -> assertThat(masker.forms().find(form)).isNotEmpty());
  }
}
