package io.slipway.taskapi.log.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogAssemblyTest {

  @Test
  void shouldAppendInOrder() {
    LogAssembly assembly = new LogAssembly(0, Map.of());

    assembly.add(0, "hello ".getBytes(UTF_8));
    assembly.add(6, "world".getBytes(UTF_8));

    assertThat(assembly.length()).isEqualTo(11);
  }

  @Test
  void shouldDropWhatIsThere() {
    LogAssembly assembly = new LogAssembly(10, Map.of());

    assertThat(assembly.add(0, new byte[10])).isEmpty();
    assertThat(assembly.add(4, new byte[3])).isEmpty();
    assertThat(assembly.length()).isEqualTo(10);
  }

  @Test
  void shouldCutWhatOverlaps() {
    LogAssembly assembly = new LogAssembly(5, Map.of());

    Optional<LogAssembly.Piece> piece = assembly.add(3, "abcd".getBytes(UTF_8));

    assertThat(piece).isPresent();
    assertThat(piece.get().start()).isEqualTo(5);
    assertThat(piece.get().content()).isEqualTo("cd".getBytes(UTF_8));
    assertThat(assembly.length()).isEqualTo(7);
  }

  @Test
  void shouldWaitForAGapToBeFilled() {
    LogAssembly assembly = new LogAssembly(0, Map.of(10L, 20L));

    assertThat(assembly.add(20, new byte[5])).isPresent();
    assertThat(assembly.length()).isZero();
    assertThat(assembly.add(20, new byte[5])).isEmpty();
    assertThat(assembly.add(0, new byte[10])).isPresent();

    assertThat(assembly.length()).isEqualTo(25);
  }

  @Test
  void shouldComeToTheSameWhateverTheOrderAndHoweverOften() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      byte[] whole = new byte[200];
      random.nextBytes(whole);
      List<int[]> cuts = new ArrayList<>();
      for (int at = 0; at < whole.length; ) {
        int end = Math.min(whole.length, at + 1 + random.nextInt(30));
        cuts.add(new int[] {at, end});
        at = end;
      }
      List<int[]> told = new ArrayList<>(cuts);
      told.addAll(cuts);
      Collections.shuffle(told, random);
      LogAssembly assembly = new LogAssembly(0, Map.of());
      byte[] stored = new byte[whole.length];

      for (int[] cut : told) {
        assembly
            .add(cut[0], Arrays.copyOfRange(whole, cut[0], cut[1]))
            .ifPresent(piece ->
                System.arraycopy(
                    piece.content(), 0, stored, (int) piece.start(), piece.content().length));
      }

      assertThat(assembly.length()).isEqualTo(whole.length);
      assertThat(stored).isEqualTo(whole);
    }
  }
}
