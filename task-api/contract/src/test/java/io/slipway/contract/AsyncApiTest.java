package io.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The AsyncAPI document says what the code does. */
class AsyncApiTest {
  private static Map<String, Object> document = Map.of();

  @BeforeAll
  static void read() throws Exception {
    try (InputStream file = AsyncApiTest.class.getResourceAsStream("/asyncapi.yaml")) {
      document = new Yaml().load(file);
    }
  }

  @Test
  void shouldHaveAMessagePerEventType() {
    Set<Object> named = new HashSet<>();
    at("components", "messages").values().forEach(message -> named.add(map(message).get("name")));

    assertThat(named)
        .isEqualTo(
            Arrays.stream(EventType.values()).map(EventType::type).collect(Collectors.toSet()));
  }

  @Test
  void shouldReferToSchemasThatExist() {
    at("components", "messages")
        .values()
        .forEach(message -> {
          Object schema = map(map(message).get("payload")).get("$ref");
          assertThat(AsyncApiTest.class.getResource("/" + schema)).as("" + schema).isNotNull();
        });
  }

  @Test
  void shouldOfferEachMessageOnAChannel() {
    Set<String> offered = new HashSet<>();
    at("channels")
        .values()
        .forEach(channel ->
            map(map(channel).get("messages"))
                .values()
                .forEach(reference -> offered.add("" + map(reference).get("$ref"))));

    assertThat(offered)
        .isEqualTo(
            at("components", "messages").keySet().stream()
                .map(name -> "#/components/messages/" + name)
                .collect(Collectors.toSet()));
  }

  @Test
  void shouldNameTheTopics() {
    Set<Object> addresses = new HashSet<>();
    at("channels").values().forEach(channel -> addresses.add(map(channel).get("address")));

    assertThat(addresses)
        .containsExactlyInAnyOrder(
            Topics.RUN_REQUESTS, Topics.RUN_EVENTS, Topics.RUN_LOGS, Topics.runQueue("{pool}"));
  }

  private static Map<String, Object> at(String... path) {
    Map<String, Object> here = document;
    for (String name : path) {
      here = map(here.get(name));
    }
    return here;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }
}
