package io.slipway.broker.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.broker.BrokerException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each provider's own API is called for the repository, and none elsewhere. */
class StatusCallTest {
  private static StatusCall call(String provider, String repository, String state) {
    return StatusCall.of(
        new StatusCall.Status(
            provider,
            repository,
            "59b20b8d5c6f",
            state,
            "slipway/r/a-task-with-a-name-that-is-rather-long",
            "Run cf1",
            "https://p/runs/r/cf1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Github    | https://github.com/o/r.git#main | https://api.github.com/repos/o/r/statuses/59b20b8d5c6f | Authorization=Bearer t | success
          Github    | https://ghe.example/o/r/ | https://ghe.example/api/v3/repos/o/r/statuses/59b20b8d5c6f | Authorization=Bearer t | success
          Gitea     | https://git.example:3000/o/r.git | https://git.example:3000/api/v1/repos/o/r/statuses/59b20b8d5c6f | Authorization=token t | success
          Gitea     | https://git.example/gitea/o/r | https://git.example/gitea/api/v1/repos/o/r/statuses/59b20b8d5c6f | Authorization=token t | success
          Bitbucket | https://h/bitbucket/scm/o/r.git | https://h/bitbucket/rest/build-status/1.0/commits/59b20b8d5c6f | Authorization=Bearer t | SUCCESSFUL
          Gitlab    | https://gitlab.com/g/sub/r.git | https://gitlab.com/api/v4/projects/g%2Fsub%2Fr/statuses/59b20b8d5c6f | Authorization=Bearer t | success
          Bitbucket | https://bitbucket.org/o/r.git | https://api.bitbucket.org/2.0/repositories/o/r/commit/59b20b8d5c6f/statuses/build | Authorization=Bearer t | SUCCESSFUL
          Bitbucket | https://bb.example/scm/o/r.git | https://bb.example/rest/build-status/1.0/commits/59b20b8d5c6f | Authorization=Bearer t | SUCCESSFUL
          VisualStudioTeamService | https://org@dev.azure.com/org/p/_git/r | https://dev.azure.com/org/p/_apis/git/repositories/r/commits/59b20b8d5c6f/statuses?api-version=7.0 | Authorization=Basic OnQ= | succeeded
          """)
  void shouldCallTheProvider(
      String provider, String repository, String address, String header, String success) {
    StatusCall call = call(provider, repository, StatusCall.SUCCESS);

    assertThat(call.address()).hasToString(address);
    assertThat(call.token().of("t")).hasToString("{" + header + "}");
    assertThat(call.body().getString("state")).isEqualTo(success);
    assertThat(call.body().encode()).contains("https://p/runs/r/cf1", "Run cf1");
    assertThat(call(provider, repository, StatusCall.PENDING).body().getString("state"))
        .isIn("pending", "INPROGRESS");
    assertThat(call(provider, repository, StatusCall.FAILURE).body().getString("state"))
        .isIn("failure", "failed", "FAILED");
  }

  @Test
  void shouldShowTokensAsGitServersWantThem() {
    assertThat(TokenHeader.git(URI.create("https://bitbucket.org/o/r"), "t"))
        .hasToString("{Authorization=Basic eC10b2tlbi1hdXRoOnQ=}");
    assertThat(TokenHeader.git(URI.create("https://gitlab.com/o/r"), "t"))
        .hasToString("{Authorization=Basic b2F1dGgyOnQ=}");
    assertThat(TokenHeader.AZURE.of("eyJ0")).hasToString("{Authorization=Bearer eyJ0}");
  }

  @Test
  void shouldNameWhatIsSaidWithAsManyCharactersAsBitbucketTakes() {
    assertThat(call("Bitbucket", "https://bitbucket.org/o/r", "pending").body().getString("key"))
        .hasSize(40);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "git@github.com:o/r",
        "https://",
        "https://h",
        "https://h/../..",
        "x y",
        "https://h/o?q"
      })
  void shouldRefuseWhatHasNoCommits(String repository) {
    assertThatThrownBy(() -> call("Github", repository, StatusCall.SUCCESS))
        .isInstanceOf(BrokerException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "Github, https://github.com/o/r.git, https://api.github.com/repos/o/r/hooks?per_page=100",
    "Github, https://ghe.example/o/r, https://ghe.example/api/v3/repos/o/r/hooks?per_page=100",
    "Gitea, https://git.example/o/r.git, https://git.example/api/v1/repos/o/r/hooks?limit=50",
    "Gitlab, https://gitlab.com/g/s/r, https://gitlab.com/api/v4/projects/g%2Fs%2Fr/hooks?per_page=100",
    "Bitbucket, https://bitbucket.org/o/r, https://api.bitbucket.org/2.0/repositories/o/r/hooks?pagelen=100"
  })
  void shouldMakeHooksAtTheProvider(String provider, String repository, String list) {
    HookCall call =
        HookCall.of(new HookCall.Hook(provider, repository, "https://p/hooks/1/k", "hook-secret"));

    assertThat(call.list()).hasToString(list);
    assertThat(call.body().encode()).contains("\"https://p/hooks/1/k\"", "\"hook-secret\"");
  }
}
