package io.slipway.contract.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSettingsTest {
  private static final String SECRET = "pass\"word\\";

  @TempDir private Path folder;
  private Path password;

  @BeforeEach
  void writePassword() throws Exception {
    password = Files.writeString(folder.resolve("password"), SECRET + "\n");
  }

  @Test
  void shouldHandOnWhatKafkaKnows() {
    assertThat(read("kafka.bootstrap.servers", "a:1", "kafka.client.rack", "r1"))
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "a:1", "client.rack", "r1", "security.protocol", "PLAINTEXT"));
    assertThat(read("KAFKA_BOOTSTRAP_SERVERS", "a:1")).containsEntry("bootstrap.servers", "a:1");
  }

  @Test
  void shouldLogInWithAPasswordFromAFile() {
    assertThat(
            read(
                "kafka.bootstrap.servers",
                "a:1",
                "kafka.security.protocol",
                "SASL_SSL",
                KafkaSettings.USER,
                "agent",
                KafkaSettings.PASSWORD_FILE,
                password.toString()))
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"agent\" password=\"pass\\\"word\\\\\";");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          security.protocol=TLS | kafka.security.protocol is 'TLS'
          security.protocol=SASL_SSL | needs slipway.kafka.user and slipway.kafka.password-file
          security.protocol=SASL_SSL user=u | slipway.kafka.password-file is not
          security.protocol=SASL_SSL file=PASSWORD | slipway.kafka.user is not
          security.protocol=SASL_SSL user=u file=/nowhere/at-all | /nowhere/at-all can't be read
          security.protocol=SASL_SSL user=u file=PASSWORD sasl.jaas.config=x | are both set
          security.protocol=SASL_SSL user=u file=PASSWORD sasl.mechanism=GSSAPI | kafka.sasl.mechanism=GSSAPI
          security.protocol=SASL_PLAINTEXT user=u file=PASSWORD sasl.mechanism=PLAIN | sends the password itself
          user=u file=PASSWORD | slipway.kafka.user has no effect with kafka.security.protocol=PLAINTEXT
          sasl.mechanism=PLAIN | kafka.sasl.mechanism has no effect
          security.protocol=SASL_PLAINTEXT user=u file=PASSWORD ssl.truststore.location=/x | kafka.ssl.truststore.location has no effect
          security.protocol=SSL ssl.truststore.location=/nowhere/at-all | kafka.ssl.truststore.location: /nowhere/at-all can't be read
          security.protocol=SSL ssl.truststore.password=p | kafka.ssl.truststore.location is not
          security.protocol=SSL ssl.keystore.key=p | kafka.ssl.keystore.certificate.chain is not
          """)
  void shouldRefuseByNameWhatIsSetByHalves(String given, String message) {
    Map<String, String> settings = new HashMap<>(Map.of("kafka.bootstrap.servers", "a:1"));
    for (String one : given.replace("PASSWORD", password.toString()).split(" ", -1)) {
      String name = one.substring(0, one.indexOf('='));
      String key =
          name.equals("user")
              ? KafkaSettings.USER
              : name.equals("file") ? KafkaSettings.PASSWORD_FILE : "kafka." + name;
      settings.put(key, one.substring(one.indexOf('=') + 1));
    }

    assertThatThrownBy(() -> read(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("pass\"");
  }

  @Test
  void shouldNeedAnAddress() {
    assertThatThrownBy(() -> read(Map.of())).hasMessage("kafka.bootstrap.servers is missing");
  }

  private static Map<String, Object> read(String... pairs) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return read(settings);
  }

  private static Map<String, Object> read(Map<String, String> settings) {
    return KafkaSettings.read(settings.keySet(), name -> Optional.ofNullable(settings.get(name)));
  }
}
