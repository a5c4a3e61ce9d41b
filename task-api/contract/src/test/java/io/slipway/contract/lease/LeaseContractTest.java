package io.slipway.contract.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.slipway.contract.LedgerBeat;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden files are the contract: one side must write them, the other must read them. */
class LeaseContractTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  @ParameterizedTest
  @CsvSource({
    "/lease/lease-check-request.json, LeaseCheckRequest",
    "/lease/lease-check-answer.json, LeaseCheckAnswer",
    "/lease/act-as-request.json, ActAsRequest",
    "/lease/vault-reads.json, ActAsRequest$VaultReads",
    "/lease/act-as-answer.json, ActAsAnswer"
  })
  void shouldWriteWhatItReadsAndShowNoSecret(String file, String type) throws Exception {
    Class<?> expected = Class.forName(getClass().getPackageName() + "." + type);
    JsonNode golden = golden(file);

    Object message = JSON.treeToValue(golden, expected);

    assertThat(JSON.readTree(JSON.writeValueAsBytes(message))).isEqualTo(golden);
    assertThat(message.toString()).doesNotContain("opaque");
  }

  @ParameterizedTest
  @CsvSource("/ledger-beat.json")
  void shouldWriteTheBeatThatItReads(String file) throws Exception {
    JsonNode golden = golden(file);

    LedgerBeat beat = JSON.treeToValue(golden, LedgerBeat.class);

    assertThat(JSON.readTree(JSON.writeValueAsBytes(beat))).isEqualTo(golden);
  }

  private static JsonNode golden(String name) throws Exception {
    try (InputStream file = LeaseContractTest.class.getResourceAsStream(name)) {
      assertThat(file).as("golden file " + name).isNotNull();
      return JSON.readTree(file);
    }
  }
}
