package io.slipway.taskapi.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitContextTest {
  private static Step step(@Nullable String context) {
    return new Step.FileTask(context, true, "acb.yaml", null, List.of());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "https://git.example/team/app.git, https://git.example/team/app.git#c0ffee",
        "https://git.example/team/app.git#main, https://git.example/team/app.git#c0ffee",
        "https://git.example/Team/app.git#main:a/b, https://git.example/Team/app.git#c0ffee:a/b",
        "https://git.example/team/app.git#:a, https://git.example/team/app.git#c0ffee:a",
        "git@git.example:team/app.git#main, git@git.example:team/app.git#c0ffee",
        "/dev/null, -",
        "-, -"
      })
  void shouldPinTheCommit(String context, String pinned) {
    assertThat(
            GitContext.pinned(step(context), "https://git.example/team/app#main", "c0ffee")
                .contextPath())
        .isEqualTo(pinned);
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example/a, https://git.example/b#main, true",
    "https://git.example/a, https://git.example:444/a, false",
    "https://git.example/a, http://git.example/a, false",
    "https://git.example/a, https://evil.example/a, false",
    "https://git.example/a, https://git.example@evil.example/a, false",
    "git.example/a#main, git.example/a#c0ffee, true",
    "git.example/a, evil.example/a, false"
  })
  void shouldKnowWhereATokenMayGo(String one, String other, boolean expected) {
    assertThat(GitContext.isSameServer(one, other)).isEqualTo(expected);
  }

  @Test
  void shouldPinAnAddressAsItIsWritten() {
    assertThat(
            GitContext.pinned(
                    step("github.com/team/app.git#main"), "https://github.com/team/app", "c0ffee")
                .contextPath())
        .isEqualTo("github.com/team/app.git#c0ffee");
  }

  @Test
  void shouldRefuseWhatIsAnotherRepository() {
    for (String other :
        List.of(
            "https://git.example/team/app2.git", "https://git.example/team/app.tar.gz", "src")) {
      assertThatThrownBy(
              () -> GitContext.pinned(step(other), "https://git.example/team/app.git", "c0ffee"))
          .hasMessageContaining("is not the repository of the trigger, git.example/team/app,");
    }
    assertThatThrownBy(() ->
            GitContext.pinned(
                step("https://***@git.example/team/app.git"),
                "https://git.example/team/app.git",
                "c0ffee"))
        .hasMessageContaining("--git-access-token");
  }

  @ParameterizedTest
  @CsvSource({
    "*, a, true",
    "*, a/b, false",
    "**, a/b, true",
    "a/**/c, a/c, true",
    "a/**/c, a/b/b/c, true",
    "v?.*, v1.2, true",
    "v?.*, v12, false",
    "(a+)+, aaaa, false",
    "!docs/**, src/a, true",
    "!docs/**, docs/a, false",
    "**;!docs/**;docs/keep, docs/keep, true",
    "**;!docs/**;docs/keep, docs/x, false"
  })
  void shouldMatchGlobs(String globs, String name, boolean expected) {
    assertThat(new Globs(List.of(globs.split(";"))).match(name)).isEqualTo(expected);
  }
}
