package io.slipway.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values in a secret that is JSON or YAML, in what programs print of them. */
class StructuredSecretTest {
  private static final String JSON =
      """
      {"auths": {"reg.example": {"username": "robot-7", "password": "pa\\"ss/wörd\\\\1"}},
       "pins": [12345678, 987], "ok": true, "inner": "{\\"token\\":\\"deep-token\\"}"}\
      """;
  private static final String YAML =
      """
      db:
        user: &u 'admin''s'
        again: *u
        key: |
          line-one-of-key
          line-two-of-key
      list: [alpha-value, 'x']
      enabled: true
      """;

  @Test
  void shouldKnowTheValuesAndNotTheNames() {
    assertThat(StructuredSecret.values(JSON))
        .containsExactlyInAnyOrder(
            "robot-7", "pa\"ss/wörd\\1", "12345678", "{\"token\":\"deep-token\"}", "deep-token");
    assertThat(StructuredSecret.values(YAML))
        .containsExactlyInAnyOrder("admin's", "line-one-of-key\nline-two-of-key\n", "alpha-value");
    assertThat(StructuredSecret.values("user: admin-of-all")).containsExactly("admin-of-all");
    assertThat(StructuredSecret.values("\"quoted\"")).containsExactly("quoted");
    assertThat(StructuredSecret.values("{\n\t\"a\": \"with tabs\"}")).containsExactly("with tabs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret-value/1",
        "several words: ",
        "-----BEGIN KEY-----\nMIIEvQIBADANBg\n",
        "",
        "\u0000\u0001",
        "{\"a\": ",
        "%TAG ! x"
      })
  void shouldFindNothingInWhatIsNeither(String secret) {
    assertThat(StructuredSecret.values(secret)).isEmpty();
  }

  /** What real programs make of such a secret: read it, and print it in their way. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "json.dumps(d, indent=4, sort_keys=True)",
        "json.dumps(d, ensure_ascii=False, separators=(',',':'))",
        "'password is ' + d['auths']['reg.example']['password']",
        "d['inner']",
        "base64.b64encode(('robot:' + d['auths']['reg.example']['password']).encode()).decode()",
        "urllib.parse.quote(d['auths']['reg.example']['password'], safe='')",
        "d['auths']['reg.example']['password'].encode().hex()",
        "'pin=%d' % d['pins'][0]",
        "json.loads(d['inner'])['token']"
      })
  void shouldMaskWhatAProgramPrintsOfIt(String expression) throws Exception {
    SecretMasker masker = new SecretMasker();
    masker.learn(JSON);
    List<String> printed = printed(expression);
    MaskedLines lines = new MaskedLines(masker);
    List<String> shown = new ArrayList<>();
    printed.forEach(line -> shown.addAll(lines.next(line)));
    shown.addAll(lines.rest());
    String all = String.join("\n", shown);

    assertThat(all).contains("***");
    assertThat(all)
        .doesNotContain(
            "rd\\1", "rd\\\\1", "ss/w", "12345678", "deep-token", "3a7061", "d29yZA", "%5C1");
  }

  @Test
  void shouldMaskAValueThatIsSpreadOverLines() {
    SecretMasker masker = new SecretMasker();
    masker.learn(JSON);
    MaskedLines lines = new MaskedLines(masker);
    List<String> shown = new ArrayList<>(lines.next("it is deep-"));
    shown.addAll(lines.next("token, really"));
    shown.addAll(lines.rest());

    assertThat(String.join("\n", shown)).isEqualTo("it is ***\n***, really");
  }

  @Test
  void shouldStopAtItsLimits() {
    String many = "[" + "\"value-%d\",".repeat(5000) + "1]";
    StringBuilder numbered = new StringBuilder("[");
    for (int i = 0; i < 5000; i++) {
      numbered.append("\"value-").append(i).append("\",");
    }
    assertThat(StructuredSecret.values(numbered + "1]")).hasSize(1000);
    assertThat(StructuredSecret.values(many)).hasSize(1);
    assertThat(StructuredSecret.values("[\"" + "a".repeat(300_000) + "\"]")).isEmpty();
    assertThat(StructuredSecret.values("[".repeat(100_000))).isEmpty();
    assertThat(StructuredSecret.values("- ".repeat(100_000))).isEmpty();
    String laughs =
        "a: &a [lolol, lolol]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c, lastly]\n";
    assertThat(StructuredSecret.values(laughs)).containsExactly("lolol", "lastly");
  }

  /** The same spans as a search for each of the texts, one after the other. */
  @Test
  void shouldFindWhatASimpleSearchFinds() {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      SecretIndex index = new SecretIndex();
      List<String> forms = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        forms.add(text(random, 4 + random.nextInt(5)));
        index.add(forms.getLast());
      }
      String text = text(random, random.nextInt(40));
      boolean[] hidden = new boolean[text.length()];
      index.find(text).forEach(span -> mark(hidden, span.begin(), span.end()));
      boolean[] simple = new boolean[text.length()];
      int beginning = 0;
      for (String form : forms) {
        for (int at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
          mark(simple, at, at + form.length());
        }
        for (int length = 3; length < Math.min(form.length(), text.length() + 1); length++) {
          if (text.endsWith(form.substring(0, length))) {
            beginning = Math.max(beginning, length);
          }
        }
      }
      assertThat(hidden).as(text + forms).isEqualTo(simple);
      assertThat(index.beginning(text)).as(text + forms).isEqualTo(beginning);
    }
  }

  /** A text that nearly is the secret everywhere: a search that goes back would take minutes. */
  @Test
  void shouldNotGoBackInATextThatRepeatsItself() {
    SecretMasker masker = new SecretMasker();
    String near = "a".repeat(200_000);
    masker.learn(near + "b");
    masker.learn("[\"" + "a".repeat(30_000) + "c\",\"" + "a".repeat(20_000) + "d\"]");
    MaskedLines lines = new MaskedLines(masker);
    for (int i = 0; i < 5; i++) {
      lines.next(near + "x");
    }
    assertThat(lines.next(near + "b").getLast()).isEqualTo("***");
  }

  private static void mark(boolean[] hidden, int begin, int end) {
    for (int i = begin; i < end; i++) {
      hidden[i] = true;
    }
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }

  private static List<String> printed(String expression) throws IOException, InterruptedException {
    Process python =
        new ProcessBuilder(
                "python3",
                "-c",
                "import sys,json,base64,urllib.parse\nd=json.load(sys.stdin.buffer)\n"
                    + "sys.stdout.buffer.write(("
                    + expression
                    + ").encode())")
            .redirectErrorStream(true)
            .start();
    try (var in = python.getOutputStream()) {
      in.write(JSON.getBytes(StandardCharsets.UTF_8));
    }
    String out = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor()).as(out).isZero();
    return out.lines().toList();
  }
}
