package io.slipway.taskfile.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildCacheTest {
  @ParameterizedTest
  @CsvSource({
    "abcd,sam.azurecr.io/abcd:cache_t_s",
    "a;b;c,sam.azurecr.io/a:cache_t_s",
    "a;sam.azurecr.io/foo;c,sam.azurecr.io/foo:cache_t_s",
    "test.com/repo:tag,test.com/repo:cache_t_s",
    "sub-dom1.foo.com/bar/baz/quux,sub-dom1.foo.com/bar/baz/quux:cache_t_s",
    "test:5000/repo@sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,test:5000/repo:cache_t_s",
    "foo/foo_bar.com:8080,foo/foo_bar.com:cache_t_s"
  })
  void shouldStandBesideTheImageThatIsBuilt(String tags, String image) throws Refusal {
    assertThat(BuildCache.imageFor(List.of(tags.split(";")), "sam.azurecr.io", "t", "s"))
        .get()
        .extracting(found -> found.familiar())
        .isEqualTo(image);
  }

  @Test
  void shouldBeNoneWithoutATag() throws Refusal {
    assertThat(BuildCache.imageFor(List.of(), "sam.azurecr.io", "t", "s")).isEmpty();
  }

  @Test
  void shouldRefuseATagThatIsNone() {
    assertThatThrownBy(() -> BuildCache.imageFor(List.of("a"), "r.io", "t", "s".repeat(128)))
        .hasMessageContaining("invalid tag format");
  }
}
