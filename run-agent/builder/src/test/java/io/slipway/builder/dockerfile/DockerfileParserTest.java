package io.slipway.builder.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileParserTest {
  @Test
  void shouldReadTheArticlesKind() throws Exception {
    Dockerfile file =
        DockerfileParser.parse(
            """
            ARG REGISTRY_NAME
            FROM ${REGISTRY_NAME}/baseimages/node:15-alpine
            COPY . /src
            RUN cd /src && npm install
            EXPOSE 80
            CMD ["node", "/src/server.js"]
            """);

    assertThat(file.steps()).isEqualTo(6);
    Dockerfile.Stage stage = file.stages().get(0);
    assertThat(stage.from().image()).isEqualTo("${REGISTRY_NAME}/baseimages/node:15-alpine");
    assertThat(((Instruction.Cmd) stage.instructions().get(3)).command())
        .isEqualTo(new Instruction.CommandForm.Exec(List.of("node", "/src/server.js")));
  }

  @Test
  void shouldJoinLinesAndPassCommentsOver() throws Exception {
    Dockerfile file =
        DockerfileParser.parse(
            "# syntax=docker/dockerfile:1\nfrom a as B\nRUN one \\\n# comment\n\n  && two\n");

    assertThat(file.syntax()).isEqualTo("docker/dockerfile:1");
    assertThat(file.stages().get(0).name()).isEqualTo("b");
    assertThat(((Instruction.Run) file.stages().get(0).instructions().get(0)).command())
        .isEqualTo(new Instruction.CommandForm.Shell("one   && two"));
  }

  @Test
  void shouldReadHeredocsMountsAndFlags() throws Exception {
    Dockerfile file =
        DockerfileParser.parse(
            """
            FROM --platform=$BUILDPLATFORM a
            RUN --mount=type=cache,target=/c --mount=target=/b,from=x <<'EOT' cat
            FROM not real
            EOT
            COPY --from=0 --chown=1:2 <<one <<-two /d/
            1
            one
            \t2
            \ttwo
            """);

    Dockerfile.Stage stage = file.stages().get(0);
    assertThat(stage.from().platform()).isEqualTo("$BUILDPLATFORM");
    Instruction.Run run = (Instruction.Run) stage.instructions().get(0);
    assertThat(run.mounts())
        .containsExactly(
            Map.of("type", "cache", "target", "/c"),
            Map.of("type", "bind", "target", "/b", "from", "x"));
    assertThat(run.heredocs())
        .containsExactly(new Instruction.Heredoc("EOT", false, "FROM not real\n"));
    Instruction.Copy copy = (Instruction.Copy) stage.instructions().get(1);
    assertThat(copy.from()).isEqualTo("0");
    assertThat(copy.heredocs())
        .extracting(Instruction.Heredoc::content)
        .containsExactly("1\n", "2\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN x | only ARG may stand before the first FROM",
        "FRM x | did you mean FROM?",
        "FROM a b | FROM takes an image",
        "FROM a~COPY x | COPY needs at least one source and a destination",
        "FROM a~COPY --form=x a b | did you mean --from?",
        "FROM a~SHELL sh | SHELL needs a JSON list",
        "FROM a~ONBUILD FROM b | ONBUILD FROM is not allowed",
        "FROM a~RUN <<X~y | here-document <<X has no end",
        "FROM a~HEALTHCHECK x | HEALTHCHECK takes NONE, or CMD",
        "FROM a~ENV | ENV needs an argument",
        "FROM a AS 1b | is no name of a stage",
        "FROM a~COPY --chown x y | --chown needs a value",
        "FROM a~COPY --link=maybe x y | --link=maybe is neither true nor false",
        "FROM a~COPY --chown=1 --chown=2 x y | --chown is given twice",
        "FROM a~RUN --mount=type=cache,targt=/x y | did you mean target?",
        "FROM a~RUN --mount=type=tmpfs,target=/x,uid=1 y | type=tmpfs has no option 'uid'",
        "FROM a~RUN --mount=target y | needs a value, as in target=",
        "FROM a~RUN --mount=type=bind,'\"x' y | a quote is not closed",
        "FROM a~RUN [] | RUN needs a command",
        "FROM a~RUN --network=none | RUN needs a command",
        "FROM a~HEALTHCHECK NONE x | HEALTHCHECK takes NONE, or CMD",
        "# escape=`~# escape=`~FROM a | only one directive 'escape'",
        "FROM a~COPY x <<E~y~E | COPY cannot have a here-document as its destination",
      })
  void rejectsWithTheReason(String text, String message) {
    assertThatThrownBy(() -> DockerfileParser.parse(text.strip().replace('~', '\n')))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining(message.strip());
  }

  @Test
  void shouldReadQuotesOfFlagsAndEscapedEscapes() throws Exception {
    Dockerfile file =
        DockerfileParser.parse(
            """
            FROM a
            RUN echo \\\\
            COPY --chown="app:app" --exclude='*.md' --exclude=b\\ c --link=TRUE x y
            RUN --mount='type=Cache,dst=/c,"id=a,b",ro' --mount=rw,src=s,target=/b z
            """);

    List<Instruction> all = file.stages().getFirst().instructions();
    assertThat(((Instruction.Run) all.get(0)).command())
        .isEqualTo(new Instruction.CommandForm.Shell("echo \\\\"));
    Instruction.Copy copy = (Instruction.Copy) all.get(1);
    assertThat(copy.flags()).containsEntry("chown", "app:app").containsEntry("link", "true");
    assertThat(copy.exclude()).containsExactly("*.md", "b c");
    assertThat(((Instruction.Run) all.get(2)).mounts())
        .containsExactly(
            Map.of("type", "cache", "target", "/c", "id", "a,b", "readonly", "true"),
            Map.of("type", "bind", "readwrite", "true", "source", "s", "target", "/b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"\\`$A\" | \\`1",
        "$A/x | 1/x",
        "${A}x | 1x",
        "${NO:-d} | d",
        "${NO-d} | d",
        "${E:-d} | d",
        "${E-d} | ''",
        "${A:+y} | y",
        "'${NO:+y}' | ${NO:+y}",
        "\\$A | $A",
        "\"$A b\" | 1 b",
        "${NO:-${A}} | 1",
        "$ | $",
        "a$NO | a",
        "${NO:-{a}} | {a}",
        "${A:-{a}} | 1}",
        "${NO:-\"}\"} | }",
        "${NO:-'a } b'} | a } b",
        "${NO:-a\\}b} | a}b",
        "${A:+${NO:-${A}2}} | 12",
        "$10x | x",
        "$$5 | 5",
        "[$@${?}] | []",
        "$größe. | .",
        "${V2_a}$V2_a.x | yy.x",
      })
  void shouldReplaceVariables(String text, String expected) throws Exception {
    Map<String, String> variables = Map.of("A", "1", "E", "", "V2_a", "y");
    String raw = text.strip();
    if (raw.equals("${NO:+y}")) {
      raw = "'" + raw + "'";
    }

    assertThat(VariableExpander.expand(raw, '\\', variables::get)).isEqualTo(expected.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${A:-x | is not closed",
        "${A/x | is not closed",
        "${A: | is not closed",
        "${ | is not closed",
        "${} | {}' names no variable",
        "${:-x} | names no variable",
        "${A^} | {A^}' is not understood",
        "${A:#x} | is not understood",
        "${NO:?why} | NO: why",
        "${NO?} | NO: is not set",
        "\"${A} | a double quote is not closed",
      })
  void rejectsVariablesByTheirText(String text, String message) {
    assertThatThrownBy(() -> VariableExpander.expand(text, '\\', Map.of("A", "1")::get))
        .isInstanceOf(VariableExpander.BadVariable.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${V#v} | 1.2.3",
        "${V#*.} | 2.3",
        "${V##*.} | 3",
        "${V%.*} | v1.2",
        "${V%%.*} | v1",
        "${V%?3} | v1.2",
        "${V#x} | v1.2.3",
        "${V/./-} | v1-2.3",
        "${V//./-} | v1-2-3",
        "${V//.} | v123",
        "${V/*/x} | x",
        "${V//*/x} | x",
        "${V/${ONE}/one} | vone.2.3",
        "${P//\\//_} | _a_b}",
        "${P%\\}} | /a/b",
        "${S#\\*} | b*",
        "${S%\\*} | *b",
        "${NO#x} | ''",
        "${NO-http://h:1} | http://h:1",
        "\"${V#v} \" | '1.2.3 '",
      })
  void shouldChangeVariablesByPatterns(String text, String expected) throws Exception {
    Map<String, String> variables = Map.of("V", "v1.2.3", "P", "/a/b}", "S", "*b*", "ONE", "1");

    assertThat(VariableExpander.expand(text.strip(), '\\', variables::get)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN bits=5; echo $((1<<bits)) | ''",
        "RUN echo '<<EOF' \"<<EOF\" x<<EOF | ''",
        "RUN [\"node\", \"-e\", \"1 <<k\"] | ''",
        "RUN echo $(( 1 << 2 )) | ''",
        "RUN cat <<EOF>/f~x~EOF>/f | EOF>/f true",
        "RUN 3<<E cat~x~E | E true",
        "RUN cat <<\"a b\"~x~a b | a b false",
        "COPY <<-\\E /d~\tx~\tE | E false",
      })
  void shouldOpenHeredocsByWholeWordsOnly(String text, String marks) throws Exception {
    Instruction found =
        DockerfileParser.parseInstruction(
            text.strip().replace('~', '\n').replace("\\t", "\t"), '\\');
    List<Instruction.Heredoc> heredocs =
        switch (found) {
          case Instruction.Run run -> run.heredocs();
          case Instruction.Copy copy -> copy.heredocs();
          default -> throw new AssertionError(found);
        };

    assertThat(heredocs.stream().map(h -> h.name() + " " + h.expand()).toList())
        .isEqualTo(marks.isEmpty() ? List.of() : List.of(marks));
    assertThat(heredocs).allMatch(heredoc -> heredoc.content().equals("x\n"));
  }

  @Test
  void shouldKeepTheHeredocsOfTriggers() throws Exception {
    Instruction.OnBuild later =
        (Instruction.OnBuild)
            DockerfileParser.parse("FROM a\nONBUILD RUN cat <<E\nx\nE\n")
                .stages()
                .getFirst()
                .instructions()
                .getFirst();

    Instruction.Run run =
        (Instruction.Run) DockerfileParser.parseInstruction(later.instruction(), '\\');
    assertThat(run.heredocs()).containsExactly(new Instruction.Heredoc("E", true, "x\n"));
  }

  @Test
  void shouldLeaveQuotesOfHeredocsAlone() throws Exception {
    String text = "{\"a\": \"${A}\", 'b': \"it's\", \"c\": \"\\\"\\$A\\\"\"}\\";

    assertThat(VariableExpander.expandText(text, Map.of("A", "1")::get))
        .isEqualTo("{\"a\": \"1\", 'b': \"it's\", \"c\": \"\"$A\"\"}\\");
  }

  @Test
  void shouldPassOverEscapesThatJoinNothing() throws Exception {
    Dockerfile file =
        DockerfileParser.parse("\\\n# a comment\n\nFROM a\nRUN x\\\n\n\t# y\n y\n\\\n");

    assertThat(file.stages().getFirst().instructions())
        .extracting(Instruction::original)
        .containsExactly("RUN x y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\uFEFF#syntax=a/b:1^~# ESCAPE = `^~FROM x | a/b:1 | `",
        "~# escape=`~FROM x | '' | \\",
        "# note~# escape=`~FROM x | '' | \\",
        "# unknown=1~# escape=`~FROM x | '' | \\",
        "#\tsyntax\t=\ta b \t~FROM x | a b | \\",
        "  # check=skip=all~# syntax=a~FROM x | a | \\",
      })
  void shouldReadDirectivesInAnySpelling(String text, String syntax, char escape) throws Exception {
    Dockerfile file = DockerfileParser.parse(text.replace('~', '\n').replace('^', '\r'));

    assertThat(file.escape()).isEqualTo(escape);
    assertThat(String.valueOf(file.syntax())).isEqualTo(syntax.isEmpty() ? "null" : syntax);
  }

  @Test
  void shouldIgnoreAByteOrderMark() {
    assertThat(Dockerignore.parse("\uFEFFsecrets.txt\r\n").excludes("secrets.txt")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "node_modules/x, true",
    "src/a.log, true",
    "a.log, true",
    "keep.log, false",
    "docs/x.md, true",
    "docs/README.md, false",
    "src/a.js, false",
    "deep/er/tmp/x, true"
  })
  void shouldIgnoreAsDockerDoes(String path, boolean excluded) {
    Dockerignore ignore =
        Dockerignore.parse(
            "# c\n/node_modules\n**/*.log\n!keep.log\ndocs\n!docs/README.md\n**/tmp\n");

    assertThat(ignore.excludes(path)).isEqualTo(excluded);
  }

  @ParameterizedTest
  @CsvSource({
    "' #note', #note, true",
    "#note, #note, false",
    "../a, a, false",
    "/../a, a, true",
    "b/../../a, a, false",
    "**.log, x/a.log, true",
    "**.log, x/a.log.txt, false",
    "a**b, axb, false",
    "a**b, a/x/b, true",
    "**x*, d/xy, true",
    "**x*, d/ax, false",
    "a/**, a, false",
    "a/**, a/b/c, true",
    "., a, false",
    "a/, a/b, true",
    "[^a]x, bx, true",
    "a?c, a/c, false",
    "a+(b), a+(b), true",
  })
  void shouldReadPatternsAsDockerDoes(String pattern, String path, boolean excluded) {
    assertThat(Dockerignore.parse(pattern + "\r\n").excludes(path)).isEqualTo(excluded);
  }

  @Test
  void rejectsAnExceptionOfNothing() {
    assertThatThrownBy(() -> Dockerignore.parse("a\n! \n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'!' needs a pattern");
  }

  @Test
  @Timeout(60)
  void shouldReadALongDirectiveAtOnce() throws Exception {
    String blanks = " ".repeat(1_000_000);

    assertThat(DockerfileParser.parse("# syntax=a" + blanks + "b\nFROM scratch\n").syntax())
        .isEqualTo("a" + blanks + "b");
  }

  @Test
  void rejectsAFileThatIsTooLong() {
    assertThatThrownBy(() -> DockerfileParser.parse("FROM scratch\n" + "# x\n".repeat(1_100_000)))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void rejectsVariablesThatGrowWithoutEnd() throws Exception {
    String value = "x".repeat(40_000);
    assertThat(VariableExpander.expand("${a}$a", '\\', name -> value)).hasSize(80_000);
    assertThatThrownBy(() -> VariableExpander.expand("${a}\"$a$a\"$a", '\\', name -> value))
        .isInstanceOf(VariableExpander.BadVariable.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void shouldRefuseMoreStagesThanAnybodyPlans() throws Exception {
    String most = "FROM a\n".repeat(DockerfileParser.MOST_STAGES);
    assertThat(DockerfileParser.parse(most).stages()).hasSize(1000);
    assertThatThrownBy(() -> DockerfileParser.parse(most + "FROM a\n"))
        .hasMessage("Dockerfile line 1001: the file has more than 1000 stages");
  }
}
