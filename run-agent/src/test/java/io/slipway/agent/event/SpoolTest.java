package io.slipway.agent.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decisions of a spool, with a Kafka and a disk that fail as the test says; nothing waits. */
class SpoolTest {
  private static final Duration LONG = Spool.PATIENCE.plusSeconds(1);

  private final FakeKafka kafka = new FakeKafka();
  private final FakeStore store = new FakeStore();
  private Spool spool = new Spool(kafka, store);
  private int offered;

  /** Records that Kafka had, or an earlier process did not leave. */
  private int before;

  private long now;

  /** Keeps the order of what it was given, as the real producer does. */
  private static final class FakeKafka implements Spool.Kafka {
    private final Deque<Spool.Sent> underWay = new ArrayDeque<>();
    private final List<Integer> log = new ArrayList<>();

    private Predicate<Spool.Sent> refuses = sent -> false;
    private Consumer<Spool.Sent> refused = sent -> {};

    @Override
    public void send(Spool.Sent sent) {
      if (refuses.test(sent)) {
        refused.accept(sent);
      } else {
        underWay.add(sent);
      }
    }

    Spool.Sent take() {
      Spool.Sent sent = underWay.removeFirst();
      log.add(number(sent.record()));
      return sent;
    }
  }

  private static final class FakeStore implements Spool.Store {
    private final List<EventRecord> records = new ArrayList<>();
    private boolean fails;
    private boolean full;
    private int appended;

    @Override
    public void append(List<EventRecord> more) throws IOException {
      if (fails) {
        throw new IOException("no space left on device");
      }
      appended++;
      records.addAll(more);
    }

    @Override
    public EventRecord read(long index) {
      return records.get((int) index);
    }

    @Override
    public boolean isFull() {
      return full;
    }

    @Override
    public void delete() {
      records.clear();
    }
  }

  private static int number(EventRecord record) {
    return Integer.parseInt(record.headers().get("number"));
  }

  private void offer(int bytes) {
    EventRecord record =
        new EventRecord("topic", "run", Map.of("number", "" + offered), new byte[bytes]);
    assertThat(spool.offer(record, now)).isEqualTo(offered++ - before);
  }

  private void offer() {
    offer(100);
  }

  private void pass(Duration time) throws IOException {
    now += time.toNanos();
    spool.tick(now);
  }

  private void acknowledge() {
    spool.acknowledged(kafka.take());
  }

  private void fail() {
    spool.failed(kafka.underWay.removeFirst(), now);
  }

  private List<Integer> stored() {
    return store.records.stream().map(SpoolTest::number).toList();
  }

  private List<Integer> all() {
    return IntStream.range(0, offered).boxed().toList();
  }

  /** Kafka answers and the disk works until nothing is left to do. */
  private void settle() throws IOException {
    store.fails = false;
    for (int round = 0; round < 10_000 && !spool.isEmpty(); round++) {
      pass(Duration.ofMillis(500));
      while (!kafka.underWay.isEmpty()) {
        acknowledge();
      }
    }
    assertThat(spool.isEmpty()).isTrue();
    assertThat(store.records).isEmpty();
  }

  @Test
  void shouldStoreNothingWhileKafkaAnswers() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      offer();
      pass(Spool.PATIENCE.minusMillis(1));
      acknowledge();
    }
    assertThat(kafka.log).isEqualTo(all());
    assertThat(store.appended).isZero();
    assertThat(spool.isAcknowledged(offered - 1)).isTrue();
  }

  @Test
  void shouldStoreWhatIsUnderWayAndAllThatFollowsWhenKafkaIsAway() throws Exception {
    offer();
    offer();
    acknowledge();
    pass(LONG);
    offer();

    assertThat(stored()).containsExactly(1, 2);
    assertThat(kafka.underWay).as("only what was sent before").hasSize(1);

    acknowledge();
    assertThat(spool.isAcknowledged(2)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(spool.pace(now)).as("the rest catches up").isPositive();
    acknowledge();
    assertThat(kafka.log).containsExactly(0, 1, 2);
    assertThat(stored()).as("deleted when Kafka has all").isEmpty();

    offer();
    assertThat(kafka.underWay).as("at once again").hasSize(1);
  }

  @Test
  void shouldLetProgramsWaitOnlyWhileThatHelps() throws Exception {
    offer(Spool.WINDOW);
    assertThat(spool.pace(now)).as("Kafka is behind").isEqualTo(Spool.PATIENCE);
    pass(LONG);
    assertThat(spool.pace(now)).as("the disk has room").isZero();
    store.full = true;
    assertThat(spool.pace(now)).as("slowed, not lost").isPositive().isLessThan(Spool.PATIENCE);
    offer();
    assertThat(stored()).containsExactly(0, 1);
    settle();
    assertThat(spool.pace(now)).isZero();
  }

  @Test
  void shouldSendAgainFromTheFirstThatFailed() throws Exception {
    offer();
    offer();
    offer();
    acknowledge();
    fail();
    pass(LONG);
    assertThat(kafka.underWay).as("not before the others are decided").hasSize(1);
    acknowledge();
    pass(LONG);
    offer();
    assertThat(stored()).containsExactly(1, 2, 3);
    settle();
    assertThat(kafka.log).containsExactly(0, 2, 1, 2, 3);
  }

  /** Kafka's client may refuse at once, as when its memory is full, and take the next. */
  @Test
  void shouldNotSendWhatFollowsOneThatIsRefusedAtOnce() throws Exception {
    kafka.refused = sent -> spool.failed(sent, now);
    offer();
    offer();
    fail();
    fail();
    kafka.refuses = sent -> number(sent.record()) == 0;
    pass(LONG);
    assertThat(kafka.underWay).isEmpty();
    kafka.refuses = sent -> false;
    settle();
    assertThat(kafka.log).containsExactly(0, 1);
  }

  @Test
  void shouldKeepInMemoryWhatTheDiskDoesNotTake() throws Exception {
    offer();
    store.fails = true;
    pass(LONG);
    offer();
    offer();
    assertThat(spool.pace(now)).isPositive();
    acknowledge();
    settle();
    assertThat(kafka.log).isEqualTo(all());
  }

  @Test
  void shouldGoOnAfterWhatCannotBeReadAnyMore() throws Exception {
    offer();
    pass(LONG);
    offer();
    spool.abandonStored();
    store.delete();
    assertThat(spool.isEmpty()).isTrue();
    kafka.underWay.clear();
    offer();
    settle();
    assertThat(kafka.log).containsExactly(2);
  }

  /** Whatever happens, Kafka gets everything at least once, and the first time in order. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldLoseNothingAndKeepTheOrder(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> offer(random.nextInt(Spool.WINDOW / 4));
        case 3, 4, 5 -> {
          if (!kafka.underWay.isEmpty()) {
            acknowledge();
          }
        }
        case 6 -> pass(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 300 : 8_000)));
        case 7 -> store.fails = random.nextInt(4) == 0;
        default -> restart(random);
      }
    }
    settle();
    assertThat(kafka.log.stream().distinct()).containsExactlyElementsOf(all());
  }

  /** Seldom; what Kafka has been given it may or may not have. */
  private void restart(Random random) {
    if (random.nextInt(20) > 0 || store.fails) {
      return;
    }
    spool.storeAll();
    while (!kafka.underWay.isEmpty() && random.nextBoolean()) {
      kafka.take();
    }
    kafka.underWay.clear();
    before = offered - store.records.size();
    assertThat(stored()).isEqualTo(IntStream.range(before, offered).boxed().toList());
    spool = new Spool(kafka, store, store.records.size());
  }
}
