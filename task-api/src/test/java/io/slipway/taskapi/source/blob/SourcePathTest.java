package io.slipway.taskapi.source.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SourcePathTest {
  private static final UUID ID = UUID.fromString("01a21998-6076-7fe7-b7cd-e9332f87a341");

  @Test
  void shouldReadBackWhatItMade() {
    String path = SourcePath.of(ID, Instant.parse("2026-11-26T20:00:00Z"));
    assertThat(path).isEqualTo("source/202611260000/" + ID + ".tar.gz");
    assertThat(SourcePath.id(path)).contains(ID);
  }

  @Test
  void shouldTakeNoOtherContextForUploadedSource() {
    for (String other :
        List.of(
            "https://host.example/source/202611260000/" + ID + ".tar.gz",
            "source/202611260000/../" + ID + ".tar.gz",
            "source/202611260000/" + ID + ".tar.gz#main",
            "source/today/" + ID + ".tar.gz",
            "source/202611260000/something.tar.gz",
            "./source")) {
      assertThat(SourcePath.id(other)).as(other).isEmpty();
    }
  }
}
