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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  @Test
  void shouldTakeWhatAnInterruptedThreadStores() throws Exception {
    SpoolFile file = file();
    file.append(List.of(record(0)));
    Thread.currentThread().interrupt();
    file.append(List.of(record(1)));

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertThat(text(file.read(0))).isEqualTo(text(record(0)));
    assertThat(text(file.read(1))).isEqualTo(text(record(1)));
    file.delete();
  }

  /** An interrupt in the middle of a write closes the channel; the next write goes on. */
  @Test
  @Timeout(60)
  void shouldGoOnAfterAnInterruptInAnyMoment() throws Exception {
    SpoolFile file = file();
    CompletableFuture<Integer> failures = new CompletableFuture<>();
    Thread writer = Thread.ofPlatform().start(() -> failures.complete(appendAll(file, 300)));
    while (!failures.isDone()) {
      writer.interrupt();
    }

    assertThat(failures.join()).isLessThan(100_000);
    for (int number = 0; number < 300; number++) {
      assertThat(text(file.read(number))).isEqualTo(text(record(number)));
    }
    file.delete();
  }

  private static int appendAll(SpoolFile file, int records) {
    int failures = 0;
    for (int number = 0; number < records && failures < 100_000; ) {
      try {
        file.append(List.of(record(number)));
        number++;
      } catch (IOException interrupted) {
        failures++;
      }
    }
    return failures;
  }
}
