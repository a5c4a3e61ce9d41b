package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitAddressTest {
  @ParameterizedTest
  @CsvSource({
    "https://github.com/a/b.git, https, github.com, 443",
    "http://git.example:8080/a.git, http, git.example, 8080",
    "git://git.example/a.git, git, git.example, 9418",
    "git@github.com:a/b.git, ssh, github.com, 22",
    "ssh://git@git.example:2222/a.git, ssh, git.example, 2222",
    "http://[::1]:80/a.git, http, ::1, 80",
  })
  void shouldReadAddresses(String text, String scheme, String host, int port) throws Exception {
    GitAddress address = GitAddress.parse(text);

    assertThat(address.scheme()).isEqualTo(scheme);
    assertThat(address.host()).isEqualTo(host);
    assertThat(address.port()).isEqualTo(port);
    assertThat(address.text()).isEqualTo(text);
    assertThat(address.secret()).isNull();
  }

  @Test
  void shouldTakeATokenOutOfTheAddress() throws Exception {
    GitAddress token = GitAddress.parse("https://t0ken@github.com/a/b.git");
    assertThat(token.text()).isEqualTo("https://github.com/a/b.git");
    assertThat(token.secret()).isEqualTo("t0ken");

    GitAddress password = GitAddress.parse("https://user:p%40ss@github.com/a/b.git");
    assertThat(password.text()).isEqualTo("https://github.com/a/b.git");
    assertThat(password.user()).isEqualTo("user");
    assertThat(password.secret()).isEqualTo("p@ss");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ext::sh -c id",
        "file:///etc",
        "--upload-pack=sh",
        "/etc",
        "git@host:-x",
        "ssh://-oProxyCommand=id/x",
        "https://",
        "https://s3cret@",
        "https:// s3cret@host/a.git"
      })
  void rejectsWhatIsNoAddressOfANetworkWithoutPrintingIt(String text) {
    assertThatThrownBy(() -> GitAddress.parse(text))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }
}
