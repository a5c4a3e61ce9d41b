package io.slipway.agent.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * The values in a secret that is JSON or YAML: a program that reads it prints them one by one, in
 * another order or with another indentation. Read as a stream, so that no alias multiplies
 * anything. What is not understood, and what is beyond the limits, is known as a whole and by its
 * lines only.
 */
final class StructuredSecret {
  private static final int LONGEST = 256 << 10;
  private static final int MOST_VALUES = 1000;
  private static final int MOST_CHARACTERS = 64 << 10;
  private static final int DEEPEST = 100;
  private static final JsonFactory JSON = new JsonFactory();

  /** They are no secrets, and would make every log unreadable. */
  private static final Set<String> WORDS = Set.of("true", "false", "null", "True", "False", "Null");

  private final Set<String> values = new LinkedHashSet<>();
  private int characters;

  private StructuredSecret() {}

  /** The values of at least four characters; none if the text is neither JSON nor YAML. */
  static Set<String> values(String secret) {
    StructuredSecret found = new StructuredSecret();
    found.read(secret, true);
    found.values.remove(secret);
    return found.values;
  }

  private void read(String text, boolean outermost) {
    if (text.length() > LONGEST) {
      return;
    }
    if (isOneWord(text)) {
      return;
    }
    boolean json = isJson(text) && readJson(text, outermost);
    if (!json && outermost) {
      readYaml(text);
    }
  }

  /** As tokens are: a reader of YAML would find the word alone. */
  private static boolean isOneWord(String text) {
    return text.chars()
        .allMatch(letter ->
            letter < 128 && Character.isLetterOrDigit(letter) || "-_.+/=~".indexOf(letter) >= 0);
  }

  private static boolean isJson(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[") || start.startsWith("\"");
  }

  /** Answers whether all of it was JSON. */
  private boolean readJson(String text, boolean outermost) {
    try (JsonParser parser = JSON.createParser(text)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > DEEPEST) {
          return true;
        }
        if (token.isScalarValue() && !add(parser.getText(), outermost)) {
          return true;
        }
      }
      return true;
    } catch (IOException notJson) {
      return false;
    }
  }

  private void readYaml(String text) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(LONGEST);
    Deque<Boolean> isKeyNext = new ArrayDeque<>(); // of each mapping; false for a list
    Deque<Boolean> isMapping = new ArrayDeque<>();
    try {
      for (Event event : new Yaml(limits).parse(new StringReader(text))) {
        boolean isNode =
            switch (event.getEventId()) {
              case Scalar, Alias, MappingStart, SequenceStart -> true;
              default -> false;
            };
        boolean isKey = isNode && turn(isKeyNext, isMapping);
        switch (event.getEventId()) {
          case MappingStart, SequenceStart -> {
            boolean mapping = event.getEventId() == Event.ID.MappingStart;
            isMapping.push(mapping);
            isKeyNext.push(mapping);
            if (isMapping.size() > DEEPEST) {
              return;
            }
          }
          case MappingEnd, SequenceEnd -> {
            isMapping.pop();
            isKeyNext.pop();
          }
          case Scalar -> {
            ScalarEvent scalar = (ScalarEvent) event;
            boolean isText = isMapping.isEmpty() && scalar.getScalarStyle() == ScalarStyle.PLAIN;
            if (!isKey && !isText && !add(scalar.getValue(), true)) {
              return;
            }
          }
          default -> {}
        }
      }
    } catch (YAMLException notYaml) {
      return; // what came before it is known
    }
  }

  /** Whether the node that comes now is a key; after it the other one comes. */
  private static boolean turn(Deque<Boolean> isKeyNext, Deque<Boolean> isMapping) {
    if (isMapping.isEmpty() || !isMapping.element()) {
      return false;
    }
    boolean isKey = isKeyNext.pop();
    isKeyNext.push(!isKey);
    return isKey;
  }

  /**
   * Adds a value, and what is in it if it is JSON again; answers whether there is room for more.
   */
  private boolean add(String value, boolean outermost) {
    boolean counts = value.strip().length() >= SecretForms.SHORTEST && !WORDS.contains(value);
    if (counts && values.add(value)) {
      characters += value.length();
      if (outermost && isJson(value)) {
        read(value, false);
      }
    }
    return values.size() < MOST_VALUES && characters < MOST_CHARACTERS;
  }
}
