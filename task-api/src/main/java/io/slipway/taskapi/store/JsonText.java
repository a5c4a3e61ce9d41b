package io.slipway.taskapi.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** JSON in columns of the ledger. What was written reads back; anything else is a broken ledger. */
@ApplicationScoped
public class JsonText {
  private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

  /** Longer texts are read each time. */
  private static final int LONGEST_KNOWN = 4_096;

  private static final int MOST_KNOWN = 2_000;

  private final ObjectMapper json;
  private final Map<Known, Object> known = new ConcurrentHashMap<>();

  JsonText(ObjectMapper json) {
    this.json = json;
  }

  private record Known(Class<?> type, String text) {}

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

  /**
   * The same, for texts that are read again and again.
   *
   * @param type an immutable one: who reads the same text gets the same object
   */
  public <T> T readOften(String text, Class<T> type) {
    return type.cast(known(text, type, () -> read(text, type)));
  }

  /** Tags, which cannot be changed. */
  @SuppressWarnings("unchecked") // what is kept under Map comes from here alone
  public Map<String, String> tags(String text) {
    return (Map<String, String>)
        known(text, Map.class, () -> Collections.unmodifiableMap(read(text, TAGS)));
  }

  private Object known(String text, Class<?> type, Supplier<Object> read) {
    if (text.length() > LONGEST_KNOWN) {
      return read.get();
    }
    Known key = new Known(type, text);
    Object found = known.get(key);
    if (found == null) {
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      found = read.get();
      known.put(key, found);
    }
    return found;
  }

  public ObjectNode object() {
    return json.createObjectNode();
  }

  public JsonNode tree(Object value) {
    return json.valueToTree(value);
  }
}
