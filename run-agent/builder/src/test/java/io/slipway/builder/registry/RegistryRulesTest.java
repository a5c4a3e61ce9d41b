package io.slipway.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.CredentialSource.Credential;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions without a network. */
class RegistryRulesTest {

  @ParameterizedTest
  @CsvSource({
    "1, , 250",
    "2, , 500",
    "3, , 1000",
    "4, , 2000",
    "5, , 4000",
    "6, , 5000",
    "60, , 5000",
    "1, 7, 7000",
    "1, 60, 60000",
    "1, 61, none",
    "99, , none",
    "99, 1, none",
  })
  void pausesGrowUpToALimit(int tried, Integer asked, String expected) {
    ConnectionPool.RetryPolicy policy =
        new ConnectionPool.RetryPolicy(
            99, Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofMinutes(1));
    Optional<Duration> pause =
        policy.pause(tried, Optional.ofNullable(asked).map(Duration::ofSeconds));
    assertThat(pause.map(d -> String.valueOf(d.toMillis())).orElse("none")).isEqualTo(expected);
  }

  @Test
  void theRuleOfAcrIsThreeTries() {
    assertThat(ConnectionPool.RetryPolicy.DEFAULT.pause(2, Optional.empty())).isPresent();
    assertThat(ConnectionPool.RetryPolicy.DEFAULT.pause(3, Optional.empty())).isEmpty();
  }

  private static String jwt(String claims) {
    String body =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    return "e30." + body + ".signature";
  }

  @Test
  void tokensTellWhatTheyGrant() throws Exception {
    String token =
        jwt(
            "{\"access\":[{\"type\":\"repository\",\"name\":\"a\",\"actions\":[\"pull\"]},"
                + "{\"type\":\"repository\",\"name\":\"b\",\"actions\":[\"*\"]},"
                + "{\"type\":\"registry\",\"name\":\"c\",\"actions\":[\"pull\"]}]}");
    RegistryToken read =
        RegistryToken.read(
            ("{\"access_token\":\"" + token + "\",\"expires_in\":300}").getBytes(), Instant.EPOCH);
    assertThat(read.granted()).contains(Map.of("a", Set.of("pull"), "b", Set.of("*")));
    assertThat(read.allows("a", "pull")).isTrue();
    assertThat(read.allows("a", "push")).isFalse();
    assertThat(read.allows("b", "push")).isTrue();
    assertThat(read.allows("c", "pull")).isFalse();
    assertThat(read.renewAfter()).isEqualTo(Instant.EPOCH.plusSeconds(280));
    assertThat(read).asString().doesNotContain(token);
  }

  @ParameterizedTest
  @CsvSource({"opaque", "a.b", "a.!!.c", "a.e30.c"})
  void tokensThatTellNothingAreLeftToTheRegistry(String token) throws Exception {
    RegistryToken read =
        RegistryToken.read(("{\"token\":\"" + token + "\"}").getBytes(), Instant.EPOCH);
    assertThat(read.granted()).isEmpty();
    assertThat(read.allows("x", "push")).isTrue();
    assertThat(read.renewAfter()).isEqualTo(Instant.EPOCH.plusSeconds(40));
  }

  @Test
  void scopesAreAsNarrowAsTheWork() {
    assertThat(RegistryScope.pull("r", "a/b").texts()).containsExactly("repository:a/b:pull");
    assertThat(RegistryScope.push("r", "a", Set.of("c", "b")).texts())
        .containsExactly("repository:a:pull,push", "repository:b:pull", "repository:c:pull");
    assertThat(RegistryScope.logIn("r").texts()).isEmpty();
    assertThat(new Credential("u", "secret", null)).asString().doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:5000, true",
    "localhost:5000, true",
    "[::1]:5000, true",
    "127.9.9.9, true",
    "10.0.0.1:5000, false",
    "registry.example, false",
    "127.0.0.1.example.com:80, false",
    "localhost.example:80, false",
    "[2001:db8::1]:80, false",
  })
  void plainHttpOnlyOnThisMachine(String address, boolean allowed) {
    boolean accepted;
    try {
      accepted = ConnectionPool.builder().plainHttp(address) != null;
    } catch (IllegalArgumentException e) {
      accepted = false;
    }
    assertThat(accepted).isEqualTo(allowed);
  }
}
