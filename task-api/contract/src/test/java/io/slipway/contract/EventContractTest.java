package io.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The golden files are the contract: producers must write them, consumers must read them. */
class EventContractTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  @ParameterizedTest
  @EnumSource(EventType.class)
  void shouldWriteWhatItReads(EventType type) throws Exception {
    // Given
    JsonNode golden = golden(type);

    // When
    RunEvent event = JSON.treeToValue(golden, type.record());

    // Then
    JsonNode written = JSON.readTree(JSON.writeValueAsBytes(event));
    assertThat(written).isEqualTo(golden);
    assertThat(EventType.of(event)).isEqualTo(type);
    assertThat(EventType.of(type.type())).contains(type);
  }

  @ParameterizedTest
  @EnumSource(EventType.class)
  void shouldMatchItsSchema(EventType type) throws Exception {
    assertThat(schema(type).validate(golden(type))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EventType.class)
  void shouldHaveASchemaThatSaysNo(EventType type) throws Exception {
    JsonSchema schema = schema(type);
    ObjectNode golden = (ObjectNode) golden(type);
    schema
        .getSchemaNode()
        .get("required")
        .forEach(field -> {
          ObjectNode lacking = golden.deepCopy();
          lacking.remove(field.asText());
          assertThat(schema.validate(lacking)).as("without " + field.asText()).isNotEmpty();
        });
  }

  private static JsonNode golden(EventType type) throws Exception {
    String name = type.schema().substring("/schemas/".length());
    try (InputStream file = EventContractTest.class.getResourceAsStream("/events/" + name)) {
      assertThat(file).as("golden file of " + type).isNotNull();
      return JSON.readTree(file);
    }
  }

  private static JsonSchema schema(EventType type) {
    InputStream file = EventContractTest.class.getResourceAsStream(type.schema());
    assertThat(file).as("schema of " + type).isNotNull();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(file);
  }
}
