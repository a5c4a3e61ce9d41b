package io.slipway.taskapi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.client.ClientSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedLinksTest {
  @TempDir Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private SignedLinks links;
  private Map<String, String> query;

  @BeforeEach
  void sign() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
    links = new SignedLinks(new ClientSecret(secret), now::get);
    query = new TreeMap<>();
    for (String pair :
        links.query("log", "r", Duration.ofHours(1), "myregistry", "ca1").split("&")) {
      query.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
  }

  private boolean isGood(String purpose, String expires, String signature, String... subject) {
    return links.isGood(purpose, expires, signature, subject);
  }

  @Test
  void shouldOpenWhatItWasMadeForUntilItExpires() {
    assertThat(isGood("log", query.get("se"), query.get("sig"), "myregistry", "ca1")).isTrue();
    now.set(Instant.EPOCH.plus(Duration.ofHours(1)));
    assertThat(isGood("log", query.get("se"), query.get("sig"), "myregistry", "ca1")).isFalse();
  }

  @Test
  void rejectsWhateverWasNotSigned() {
    String signature = query.get("sig");
    assertThat(isGood("upload", query.get("se"), signature, "myregistry", "ca1")).isFalse();
    assertThat(isGood("log", query.get("se"), signature, "myregistry", "ca2")).isFalse();
    assertThat(isGood("log", query.get("se"), signature, "other", "ca1")).isFalse();
    assertThat(isGood("log", "99999999999", signature, "myregistry", "ca1")).isFalse();
    assertThat(isGood("log", "soon", signature, "myregistry", "ca1")).isFalse();
    assertThat(isGood("log", query.get("se"), signature + "x", "myregistry", "ca1")).isFalse();
    assertThat(isGood("log", null, signature, "myregistry", "ca1")).isFalse();
    assertThat(isGood("log", query.get("se"), null, "myregistry", "ca1")).isFalse();
  }
}
