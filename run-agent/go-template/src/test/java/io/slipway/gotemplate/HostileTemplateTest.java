package io.slipway.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that would run for ever, fill the memory or look around; each ends in an error. */
class HostileTemplateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ range until 1000000000 }}x{{ end }}",
        "{{ range 9000000000000000000 }}{{ end }}",
        "{{ range untilStep 0 2147483647 1 }}x{{ end }}",
        "{{ repeat 1000000000 `x` }}",
        "{{ repeat 2147483647 `xxxxxxxxxxxxxxxx` }}",
        "{{ define `r` }}{{ template `r` . }}{{ end }}{{ template `r` . }}",
        "{{ define `a` }}{{ template `b` }}{{ end }}{{ define `b` }}{{ template `a` }}{{ end }}"
            + "{{ template `a` }}",
        "{{ define `r` }}{{ template `r` . }}{{ template `r` . }}{{ end }}{{ template `r` }}",
        "{{ printf `%1000000000d` 1 }}{{ range until 10000 }}{{ repeat 100000 `y` }}{{ end }}",
        "{{ $x := `x` }}{{ range until 100 }}{{ $x = print $x $x }}{{ end }}{{ $x }}",
        "{{ $x := `x` }}{{ range until 100 }}{{ $x = replace `x` `xx` $x }}{{ end }}",
        "{{ $x := `x` }}{{ range until 100 }}{{ $x = cat $x $x }}{{ end }}",
        "{{ $x := `x` }}{{ range until 100 }}{{ $x = quote $x $x }}{{ end }}",
        "{{ $x := list 1 }}{{ range until 100 }}{{ $x = concat $x $x }}{{ end }}",
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ $x }}",
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}",
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ deepCopy $x }}",
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}{{ deepEqual $x (list"
            + " $x) }}{{ printf `%d` $x }}",
        "{{ $x := list }}{{ range until 10000 }}{{ $x = list $x }}{{ end }}{{ $x }}",
        "{{ $d := dict }}{{ $_ := set $d `self` $d }}{{ $d }}",
        "{{ $d := dict }}{{ $_ := set $d `self` $d }}{{ toJson $d }}",
        "{{ $d := dict }}{{ $_ := set $d `self` $d }}{{ deepCopy $d }}",
        "{{ $d := dict }}{{ $_ := set $d `s` $d }}{{ $e := deepCopy $d }}{{ merge $d $e }}",
        "{{ $d := dict }}{{ $_ := set $d `s` $d }}{{ $e := dict }}{{ $_ := set $e `s` $e }}"
            + "{{ deepEqual $d $e }}{{ merge $d $e }}",
        "{{ regexMatch `((a{100}){100}){100}` `aaa` }}",
        "{{ regexMatch `(((((a*){1000}){1000}))){1000}` `aaa` }}",
        "{{ range until 100000 }}{{ regexMatch `(a|b|c|d|e)*x` (repeat 10000 `a`) }}{{ end }}",
        "{{ regexReplaceAll `` (repeat 100000 `a`) (repeat 100000 `b`) }}",
        "{{ indent 1000000000 `a` }}",
        "{{ $x := repeat 2000000 `a` }}{{ range until 100000 }}{{ $y := contains `b` $x }}{{ end"
            + " }}",
        "{{ $x := repeat 2000000 `a` }}{{ range until 100000 }}{{ $y := sha256sum $x }}{{ end }}",
        "{{ $x := repeat 2000000 `a` }}{{ range until 100000 }}{{ $y := upper $x }}{{ end }}",
        "{{ $x := repeat 2000000 `1` }}{{ range until 100000 }}{{ $y := int $x }}{{ end }}",
        "{{ $x := until 100000 }}{{ range until 100000 }}{{ $y := reverse $x }}{{ end }}",
        "{{ $d := dict }}{{ range until 500000 }}{{ $_ := set $d (print .) . }}{{ end }}",
        "{{ wrapWith 1 (repeat 100000 `-`) (repeat 100000 `a`) }}",
        "{{ join (repeat 100000 `-`) (until 100000) }}",
        "{{ randAlphaNum 2000000000 }}",
        "{{ uniq (until 100000) }}",
        "{{ without (until 100000) 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24"
            + " 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52"
            + " }}",
        "{{ round 1.5 2147483648 }}",
        "{{ range until 3000 }}{{ range until 3000 }}{{ end }}{{ end }}",
        "{{ dateModify `999999999999999999999h` (toDate `2006` `2019`) }}",
        "{{ date `2006` 9000000000000000000 }}",
        "{{ semver `99999999999999999999.0.0` }}",
      })
  void shouldEndInAnError(String template) {
    assertThatThrownBy(() -> Templates.render(template))
        .isInstanceOf(TemplateFailure.class)
        .hasMessageStartingWith("failed to ");
  }

  @Test
  void shouldRefuseDeepNesting() {
    for (String deep :
        new String[] {
          "{{ if true }}".repeat(10_000),
          "{{" + "(".repeat(100_000) + "1" + ")".repeat(100_000) + "}}",
          "{{ if 1 }}" + "{{ else if 1 }}".repeat(50_000) + "{{ end }}",
          "{{ $x := 1 }}".repeat(50_000),
        }) {
      assertThatThrownBy(() -> Templates.render(deep)).isInstanceOf(TemplateFailure.class);
    }
  }

  @Test
  void shouldNotHangOnTextsThatMakeSearchesSlow() {
    for (String slow :
        new String[] {
          "{{ $x := repeat 1000000 `a` }}{{ contains (print (repeat 500000 `a`) `b`) $x }}",
          "{{ $x := repeat 1000000 `a` }}{{ replace (print (repeat 500000 `a`) `b`) `c` $x }}",
          "{{ $x := repeat 1000000 `a` }}{{ splitList (print (repeat 500000 `a`) `b`) $x }}",
          "{{ b32dec (print (repeat 1999999 `=`) `a`) }}",
          "{{ 1" + "_1".repeat(400_000) + " }}",
          "{{ " + "a".repeat(1_000_000) + " }}",
        }) {
      assertThatThrownBy(() -> Templates.render(slow)).isInstanceOf(TemplateFailure.class);
    }
    assertThat(Templates.outcome("{{ wrapWith 1 `-` (repeat 500000 `a`) | len }}"))
        .isEqualTo("999999");
    assertThat(Templates.outcome("{{ trimAll (repeat 1000000 `b`) (repeat 1000000 `a`) | len }}"))
        .isEqualTo("1000000");
  }

  @Test
  void shouldTakeALongPipelineWithoutHanging() {
    assertThat(Templates.render("{{ 1" + " | add 1".repeat(50_000) + " }}")).isEqualTo("50001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"env `HOME`", "expandenv `$HOME`", "getHostByName `localhost`"})
  void shouldRefuseToLookAroundByNameAndReason(String call) {
    assertThat(Templates.outcome("{{ " + call + " }}"))
        .startsWith("ERROR 1:4 function \"" + call.split(" ")[0] + "\" is not available: it would");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "genPrivateKey `rsa`",
        "genCA `a` 1",
        "derivePassword 1 `a` `b` `c` `d`",
        "encryptAES `k` `t`",
        "decryptAES `k` `t`",
        "genSelfSignedCert `a` nil nil 1",
        "genSignedCert `a` nil nil 1 nil",
        "buildCustomCert `a` `b`"
      })
  void shouldRefuseToMakeKeys(String call) {
    assertThat(Templates.outcome("{{ " + call + " }}")).contains("is not available: a key");
  }

  @Test
  void shouldReachNoJavaObject() {
    for (String word : new String[] {"class", "getClass", "hashCode", "empty", "bytes"}) {
      assertThat(Templates.outcome("{{ .Values.s." + word + " }}"))
          .contains("can't evaluate field");
      assertThat(Templates.outcome("{{ .Values." + word + " }}")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"now", "uuidv4", "randAlpha 3", "shuffle `ab`", "date `2006` nil"})
  void shouldSayWhyThereIsNoClockOrRandomnessHere(String call) {
    assertThatThrownBy(() -> Templates.render("{{ " + call + " }}", TemplateSources.unavailable()))
        .isInstanceOf(TemplateFailure.class)
        .hasMessageContaining("when the task is run");
  }

  @Test
  void shouldTakeTimeAndRandomnessFromTheCaller() {
    assertThat(Templates.render("{{ now }} {{ ago (dateModify `-90m` now) }}"))
        .isEqualTo("2019-06-14 22:47:32 +0000 UTC 1h30m0s");
    assertThat(Templates.render("{{ uuidv4 }}")).isEqualTo(Templates.render("{{ uuidv4 }}"));
  }
}
