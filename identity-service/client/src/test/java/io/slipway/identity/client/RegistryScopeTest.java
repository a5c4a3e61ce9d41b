package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryScopeTest {

  private static RegistryScope scope(String text) {
    return RegistryScope.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repository:hello-world:pull",
        "repository:a/b/c_d/e__f/g.h:pull,push",
        "repository:baseimages/node:metadata_read",
        "registry:catalog:*",
        "repository:x:*",
      })
  void shouldReadScopes(String text) {
    assertThat(RegistryScope.parse(text)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "repository",
        "repository:x",
        "repository::pull",
        "repository:*:push",
        "repository:a/*:push",
        "repository:../x:pull",
        "repository:a/../x:pull",
        "repository:a//b:pull",
        "repository:/a:pull",
        "repository:a/:pull",
        "repository:A:pull",
        "repository:a:pull:push",
        "repository:a%2fb:pull",
        "repository:a\u0000:pull",
        "repository:a:",
        "repository:a:PULL",
        "repository:a:pull,",
        "repository:localhost:5000/a:pull",
        "repository(plugin):a:pull",
        "artifact-repository:a:pull",
        "registry:*:*",
        "registry:other:*",
      })
  void rejectsOtherTexts(String text) {
    assertThat(RegistryScope.parse(text)).isEmpty();
  }

  @Test
  void rejectsTextsThatAreTooLong() {
    assertThat(RegistryScope.parse("repository:" + "a".repeat(256) + ":pull")).isEmpty();
    assertThat(RegistryScope.parse("repository:a:" + "pull,".repeat(50) + "pull")).isEmpty();
  }

  @Test
  void shouldJoinDoubles() {
    List<RegistryScope> merged =
        RegistryScope.merged(
            List.of(
                scope("repository:a:pull,pull"),
                scope("repository:b:pull"),
                scope("repository:a:push")));

    assertThat(merged).containsExactly(scope("repository:a:pull,push"), scope("repository:b:pull"));
    assertThat(merged.getFirst().text()).isEqualTo("repository:a:pull,push");
  }
}
