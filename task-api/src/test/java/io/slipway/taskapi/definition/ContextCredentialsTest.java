package io.slipway.taskapi.definition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContextCredentialsTest {
  @ParameterizedTest
  @CsvSource({
    "https://user:secret@git.example/a.git#main:app, https://***@git.example/a.git#main:app",
    "https://secret@git.example:8443/a.git, https://***@git.example:8443/a.git",
    "HTTP://secret@git.example, HTTP://***@git.example",
    "https://a:se@cret@git.example/a.git, https://***@git.example/a.git",
    "https://files.example/a.tgz?sig=secret#x, https://files.example/a.tgz?***#x",
    "https://u:secret@files.example/a.tgz?sig=secret, https://***@files.example/a.tgz?***",
    "ssh://git:secret@git.example/a.git, ssh://***@git.example/a.git",
    "git://u:secret@git.example/a.git, git://***@git.example/a.git",
    "u:secret@github.com/a/b.git, ***@github.com/a/b.git"
  })
  void shouldHideWhatIsSecretInAnAddress(String address, String shown) {
    assertThat(ContextCredentials.shown(address)).isEqualTo(shown).doesNotContain("secret");
    assertThat(ContextCredentials.areMissing(shown)).isTrue();
    assertThat(ContextCredentials.areMissing(address)).isFalse();
    assertThat(ContextCredentials.shown(shown)).as("once").isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example/a.git#main:app",
        "https://git.example/a@b.git#a@b?c",
        "git@github.com:a/b.git#main",
        "ssh://git@git.example/a.git",
        "oci://registry.example/a@sha256:00",
        "github.com/a/b",
        "source/202601010000/018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01.tar.gz"
      })
  void shouldLeaveWhatHasNone(String address) {
    assertThat(ContextCredentials.shown(address)).isEqualTo(address);
    assertThat(ContextCredentials.areMissing(address)).isFalse();
    assertThat(ContextCredentials.problem(address)).isNull();
  }

  @Test
  void shouldRefuseWhatItCannotReadWithoutShowingIt() {
    for (String address :
        new String[] {"https://u:se/cret@h/a.git", "https:u:secret@h/a", "http://"}) {
      assertThat(ContextCredentials.problem(address)).contains("not an address");
      assertThat(ContextCredentials.problem(address)).doesNotContain("cret");
    }
  }
}
