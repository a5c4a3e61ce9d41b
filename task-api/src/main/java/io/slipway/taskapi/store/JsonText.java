package io.slipway.taskapi.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** JSON in columns of the ledger. What was written reads back; anything else is a broken ledger. */
@ApplicationScoped
public class JsonText {
  private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

  private final ObjectMapper json;

  JsonText(ObjectMapper json) {
    this.json = json;
  }

  public String write(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("cannot write " + value.getClass(), impossible);
    }
  }

  public <T> T read(String text, Class<T> type) {
    try {
      return json.readValue(text, type);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("cannot read " + type, impossible);
    }
  }

  public <T> T read(String text, TypeReference<T> type) {
    try {
      return json.readValue(text, type);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("cannot read " + type.getType(), impossible);
    }
  }

  public Map<String, String> tags(String text) {
    return read(text, TAGS);
  }

  public ObjectNode object() {
    return json.createObjectNode();
  }

  public JsonNode tree(Object value) {
    return json.valueToTree(value);
  }
}
