package io.slipway.taskfile.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Texts for property tests: odd ones, valid ones, and valid ones that were damaged. */
final class TaskFileTexts {
  private static final List<String> PIECES =
      List.of(
          "steps:",
          "\n",
          "\n  - ",
          "\n    ",
          "cmd: ",
          "build: ",
          "push: ",
          "[",
          "]",
          "{",
          "}",
          ",",
          ": ",
          "when: ",
          "- ",
          "'",
          "\"",
          "#",
          "&a ",
          "*a",
          "<<: ",
          "|",
          ">",
          "!!int ",
          "!!binary ",
          "%YAML 1.1",
          "---",
          "...",
          "~",
          "null",
          "yes",
          "0x",
          "1_0",
          "-1",
          "{{",
          "}}",
          ".Values.x",
          "{{if .Run.ID}}",
          "{{end}}",
          "{{range .Values}}",
          "$ID",
          "$$",
          "version: v1.1.0",
          "alias:",
          "values:",
          "secrets:",
          "volumes:",
          "networks:",
          "env:",
          "id: ",
          "a",
          "b=c",
          "is: failed",
          "exitedWith: ",
          "\t",
          "\r\n",
          "\\",
          "\\x",
          "\u0000",
          "\u0085",
          "\u2028",
          "\ud83d\ude00",
          "\ud83d",
          "?",
          "@",
          "`",
          "timeout: ",
          "volumeMounts:",
          "mountPath: /",
          "stepTimeout: ");
  private static final List<String> KINDS =
      List.of(
          "cmd: bash echo 'a b'",
          "build: -t r.io/a:1 --build-arg X=$Y .",
          "push: [r.io/a:1, r.io/b]",
          "cmd: r.io/x/y@sha256:"
              + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  private static final List<String> OPTIONS =
      List.of(
          "timeout: 7",
          "startDelay: 1",
          "retries: 2",
          "retryDelay: 3",
          "retryOnErrors: [EOF]",
          "repeat: 1",
          "ignoreErrors: yes",
          "detach: true",
          "keep: on",
          "entryPoint: sh",
          "env: [a=b, 'c=d,e']",
          "expose: [80]",
          "ports: ['80:80']",
          "privileged: false",
          "user: root",
          "network: host",
          "isolation: default",
          "cpus: 1.5",
          "workingDirectory: sub",
          "disableWorkingDirectoryOverride: n",
          "pull: true",
          "cmdDownloadRetries: 2",
          "cache: enabled",
          "exitedWith: [0, 3]",
          "unheard: of");
  private static final List<String> HEADS =
      List.of(
          "version: v1.1.0\n",
          "stepTimeout: 30\n",
          "env: ['a=1,b=2']\n",
          "workingDirectory: w\n",
          "networks:\n  - name: n\n    isDefault: true\n",
          "volumes:\n  - name: v\n    secret: {f: aGk=}\n",
          "secrets:\n  - id: s\n    keyvault: https://v.vault.azure.net/secrets/s\n",
          "# {{ a comment\n");

  private TaskFileTexts() {}

  /** Pieces of the language in any order. */
  static Arbitrary<String> pieces() {
    return Arbitraries.randomValue(random -> {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(pick(PIECES, random));
      }
      return text.toString();
    });
  }

  /** Files without a mistake. */
  static Arbitrary<String> valid() {
    return Arbitraries.randomValue(TaskFileTexts::valid);
  }

  /** Files with mistakes: characters gone, pieces put in, lines doubled, shifted and swapped. */
  static Arbitrary<String> damaged() {
    return Arbitraries.randomValue(random -> {
      StringBuilder text = new StringBuilder(valid(random));
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        damage(text, random);
      }
      return text.toString();
    });
  }

  private static String valid(Random random) {
    StringBuilder text = new StringBuilder();
    for (String head : HEADS) {
      text.append(random.nextInt(3) == 0 ? head : "");
    }
    text.append("steps:\n");
    List<String> ids = new ArrayList<>();
    int steps = random.nextInt(12);
    for (int i = 0; i < steps; i++) {
      String id = random.nextBoolean() ? "acb_step_" + i : "s" + i;
      text.append("  - ").append(pick(KINDS, random)).append('\n');
      text.append(id.startsWith("s") ? "    id: " + id + "\n" : "");
      List<String> options = new ArrayList<>(OPTIONS);
      for (int n = random.nextInt(5); n > 0; n--) {
        text.append("    ").append(options.remove(random.nextInt(options.size()))).append('\n');
      }
      text.append(random.nextInt(3) == 0 ? "" : "    when: " + when(ids, random) + "\n");
      ids.add(id);
    }
    return text.toString();
  }

  private static String when(List<String> ids, Random random) {
    List<String> left = new ArrayList<>(ids);
    List<String> entries = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0 && !left.isEmpty(); n--) {
      String id = left.remove(random.nextInt(left.size()));
      entries.add(
          switch (random.nextInt(7)) {
            case 0 -> "{step: " + id + ", is: failed}";
            case 1 -> "{step: " + id + ", is: always}";
            case 2 -> "{step: " + id + ", exitedWith: [0, " + random.nextInt(3) + "]}";
            case 3 -> "{step: " + id + ", exitedWithout: [" + random.nextInt(3) + "]}";
            default -> id;
          });
    }
    return entries.isEmpty() ? "['-']" : entries.toString();
  }

  private static void damage(StringBuilder text, Random random) {
    int at = random.nextInt(text.length() + 1);
    switch (random.nextInt(5)) {
      case 0 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
      case 1 -> text.insert(at, pick(PIECES, random));
      case 2 -> {
        int end = text.indexOf("\n", at);
        text.insert(at, text.substring(at, end < 0 ? text.length() : end + 1));
      }
      case 3 -> text.insert(text.lastIndexOf("\n", at) + 1, " ".repeat(1 + random.nextInt(4)));
      default -> {
        if (at < text.length()) {
          text.setCharAt(at, (char) random.nextInt(0x300));
        }
      }
    }
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
