package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.log.RunLog;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.SecretVolume;
import io.slipway.taskfile.plan.VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretVolumesTest {
  @TempDir Path temp;

  private final List<LogAppended> pieces = new ArrayList<>();
  private final RunLog log =
      new RunLog(
          new RunRef(UUID.randomUUID(), "cf10", "myregistry", null, 1),
          0,
          100_000,
          InstantSource.system(),
          pieces::add);

  private SecretVolumes make(SecretVolume... volumes) throws Exception {
    return SecretVolumes.make(List.of(volumes), temp.resolve("secrets/run"), log);
  }

  @Test
  void shouldWriteDecodedFilesWithANewlineAndTakeThemAway() throws Exception {
    SecretVolume volume = new SecretVolume("keys", Map.of("b.txt", "dGhpcyBpcyBhIHRlc3Q="));
    Path folder;
    try (SecretVolumes volumes = make(volume)) {
      folder = volumes.mounts(List.of(new VolumeMount("keys", "/run/keys"))).get("/run/keys");
      assertThat(folder.resolve("b.txt")).hasContent("this is a test\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.getParent())))
          .isEqualTo("rwx------");
    }
    assertThat(folder.getParent()).doesNotExist();
  }

  @Test
  void shouldMaskWhatTheyHold() throws Exception {
    try (SecretVolumes volumes =
        make(new SecretVolume("keys", Map.of("b.txt", "dGhpcyBpcyBhIHRlc3Q=")))) {
      log.output("it says this is a test, coded dGhpcyBpcyBhIHRlc3Q=");
      log.endOutput();
      log.flush();
    }
    String text = String.join("", pieces.stream().map(LogAppended::text).toList());
    assertThat(text)
        .contains("Volume source keys successfully created", "it says ***")
        .doesNotContain("this is a test")
        .doesNotContain("dGhpcyBp");
  }

  @Test
  void shouldSayThatAValueIsNoBase64AndLeaveNothing() {
    assertThatThrownBy(() -> make(new SecretVolume("keys", Map.of("b.txt", "this is a test"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("keys")
        .hasMessageContaining(
            "failed to decode Base64 value. please make sure value provided is Base64 encoded")
        .hasMessageNotContaining("this is a test");
    assertThat(temp.resolve("secrets/run")).doesNotExist();
  }

  @Test
  void shouldResolvePathsAsWorkingDirectoriesAre() throws Exception {
    try (SecretVolumes volumes = make(new SecretVolume("v", Map.of("f", "YWJjZA==")))) {
      assertThat(volumes.mounts(List.of(new VolumeMount("v", "keys"))))
          .containsOnlyKeys("/workspace/keys");
    }
  }
}
