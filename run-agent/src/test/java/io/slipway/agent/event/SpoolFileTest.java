package io.slipway.agent.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFileTest {
  @TempDir Path folder;

  private final SpoolSpace space = new SpoolSpace(500);

  private SpoolFile file() {
    return new SpoolFile(folder.resolve("run.spool"), space);
  }

  private static EventRecord record(int number) {
    return new EventRecord(
        "run-logs",
        "key",
        Map.of("ce_sequence", "" + number),
        ("text é " + number).getBytes(StandardCharsets.UTF_8));
  }

  private static String text(EventRecord record) {
    return record.topic()
        + record.key()
        + record.headers()
        + new String(record.value(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldGiveBackWhatItTookInAnyOrder() throws Exception {
    SpoolFile file = file();
    assertThat(folder).isEmptyDirectory();
    file.append(List.of(record(0), record(1)));
    file.append(List.of(record(2)));

    for (int number : List.of(0, 1, 2, 1, 2, 0)) {
      assertThat(text(file.read(number))).isEqualTo(text(record(number)));
    }
    assertThat(Files.getPosixFilePermissions(folder.resolve("run.spool"))).hasSize(2);
    file.delete();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldCutOffWhatAKilledProcessDidNotWriteToItsEnd() throws Exception {
    SpoolFile killed = file();
    killed.append(List.of(record(0), record(1)));
    killed.close();
    Path path = folder.resolve("run.spool");
    byte[] whole = Files.readAllBytes(path);
    for (int cut = 1; cut < whole.length / 2; cut++) {
      Files.write(path, Arrays.copyOf(whole, whole.length - cut));
      SpoolFile next = file();
      assertThat(next.open()).isEqualTo(1);
      next.append(List.of(record(7)));
      assertThat(text(next.read(1))).isEqualTo(text(record(7)));
      next.close();
    }
  }

  @Test
  void shouldRefuseWhatTheDiskHasChanged() throws Exception {
    SpoolFile file = file();
    file.append(List.of(record(0), record(1)));
    Path path = folder.resolve("run.spool");
    byte[] whole = Files.readAllBytes(path);
    whole[whole.length - 1] ^= 1;
    Files.write(path, whole, StandardOpenOption.WRITE);

    assertThat(text(file.read(0))).isEqualTo(text(record(0)));
    assertThatThrownBy(() -> file.read(1)).isInstanceOf(IOException.class);
    file.putAside();
    assertThat(folder.resolve("run.spool.unreadable")).exists();
  }

  @Test
  void shouldCountWhatAllSpoolsTake() throws Exception {
    SpoolFile file = file();
    for (int number = 0; !space.isFull(); number++) {
      file.append(List.of(record(number)));
    }
    assertThat(Files.size(folder.resolve("run.spool"))).isBetween(500L, 700L);
    file.delete();
    assertThat(space.isFull()).isFalse();
  }
}
