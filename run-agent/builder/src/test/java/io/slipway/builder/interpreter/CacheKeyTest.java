package io.slipway.builder.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CacheKeyTest {
  @Test
  void shouldTellPartsFromOneAnother() {
    assertThat(
            Stream.of(
                    CacheKey.of("RUN").with(Map.of("A", "1, B=2")),
                    CacheKey.of("RUN").with(Map.of("A", "1", "B", "2")),
                    CacheKey.of("RUN").with(Map.of("A", "1")).with("B").with("2"),
                    CacheKey.of("RUN").with(List.of("A", "1")),
                    CacheKey.of("RUN").with("A").with("1"),
                    CacheKey.of("RUN").with("A1"),
                    CacheKey.of("RUN").with("1:A1:1"),
                    CacheKey.of("RUN").with("A\0001"),
                    CacheKey.of("RUNA").with("1"))
                .map(CacheKey::done))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldNotDependOnTheOrderOfAMap() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("B", "2");
    one.put("A", "1");

    assertThat(CacheKey.of("x").with(one).done())
        .isEqualTo(CacheKey.of("x").with(Map.of("A", "1", "B", "2")).done());
  }
}
