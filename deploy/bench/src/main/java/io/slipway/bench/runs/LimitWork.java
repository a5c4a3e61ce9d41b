package io.slipway.bench.runs;

import io.slipway.bench.measure.ProcessorTime;
import io.slipway.bench.platform.BenchPlatform;
import io.slipway.bench.platform.Ledger;
import io.slipway.infra.KafkaAccess;
import io.slipway.local.part.KafkaAccounts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The least that a run costs when its states are rows and its events are records: a row is written
 * three times, and four events are acknowledged. The table and the topic are its own.
 */
final class LimitWork implements AutoCloseable {
  /** Runs at a time in the batched form. */
  static final int BATCH = 20;

  /**
   * How many such runs there can be.
   *
   * @param perSecond runs a second
   * @param millis processor time of each, in ms, of all who work on it
   */
  record Rate(double perSecond, double millis) {}

  private static final int WRITES = 3;
  private static final int EVENTS = 4;
  private static final String TOPIC = "bench-limit";
  private static final byte[] EVENT = new byte[700];
  private static final String ROW = "x".repeat(500);

  private final BenchPlatform platform;
  private final Map<String, Object> kafka;

  private LimitWork(BenchPlatform platform) {
    this.platform = platform;
    this.kafka = KafkaAccounts.client(platform.state(), KafkaAccess.ADMIN);
  }

  static LimitWork prepare(BenchPlatform platform) throws SQLException, InterruptedException {
    LimitWork work = new LimitWork(platform);
    work.sql(
        "create table if not exists bench_limit (id uuid primary key, state int, spec text,"
            + " changed_at timestamptz)");
    try (Admin admin = Admin.create(work.kafka)) {
      if (!admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(TOPIC)) {
        admin.createTopics(Set.of(new NewTopic(TOPIC, 3, (short) 1))).all().get();
      }
    } catch (ExecutionException | TimeoutException failed) {
      throw new IllegalStateException("Kafka: " + failed.getMessage(), failed);
    }
    return work;
  }

  /**
   * Works for a time, after half as long to warm up, with so many workers, each on so many runs at
   * a time.
   */
  Rate measure(int batch, int workers, long millis) throws InterruptedException {
    Workers all = new Workers(workers);
    List<Connection> connections = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(batch)) {
      for (int i = 0; i < workers; i++) {
        Connection connection = Ledger.connect(platform);
        connection.setAutoCommit(batch == 1);
        connections.add(connection);
      }
      Workers.Work turn = worker -> turn(connections.get(worker), producer, batch);
      all.repeat(TimeUnit.MILLISECONDS.toNanos(millis / 2), turn);
      ProcessorTime before = spent();
      long turns = all.repeat(TimeUnit.MILLISECONDS.toNanos(millis), turn);
      double cost = spent().since(before).seconds() * 1000 / (turns * batch);
      return new Rate(turns * batch / all.seconds(), cost);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed.getMessage(), failed);
    } finally {
      connections.forEach(LimitWork::close);
    }
  }

  /** Of PostgreSQL, Kafka and this process. */
  private ProcessorTime spent() {
    return platform.processorTime().entrySet().stream()
        .filter(part -> List.of("postgres", "kafka").contains(part.getKey()))
        .map(Map.Entry::getValue)
        .reduce(ProcessorTime.of(ProcessHandle.current()), ProcessorTime::plus);
  }

  private static void turn(Connection connection, KafkaProducer<byte[], byte[]> producer, int batch)
      throws SQLException, ExecutionException, InterruptedException {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      ids.add(UUID.randomUUID());
    }
    insert(connection, ids);
    send(producer, batch, 1);
    for (int state = 1; state < WRITES; state++) {
      update(connection, ids, state);
      send(producer, batch, state == 1 ? 1 : EVENTS - 2);
    }
  }

  private static void insert(Connection connection, List<UUID> ids) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into bench_limit select id, 0, ?, clock_timestamp() from unnest(?) id")) {
      insert.setString(1, ROW);
      insert.setArray(2, connection.createArrayOf("uuid", ids.toArray()));
      insert.executeUpdate();
    }
    commit(connection);
  }

  private static void update(Connection connection, List<UUID> ids, int state) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update bench_limit set state = ?, changed_at = clock_timestamp() where id = any(?)")) {
      update.setInt(1, state);
      update.setArray(2, connection.createArrayOf("uuid", ids.toArray()));
      update.executeUpdate();
    }
    commit(connection);
  }

  private static void commit(Connection connection) throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }

  /** Sends the events of a batch together; of one run, each after the one before. */
  private static void send(KafkaProducer<byte[], byte[]> producer, int batch, int events)
      throws ExecutionException, InterruptedException {
    for (int event = 0; event < events; event++) {
      List<Future<?>> sent = new ArrayList<>();
      for (int i = 0; i < batch; i++) {
        sent.add(producer.send(new ProducerRecord<>(TOPIC, EVENT)));
      }
      for (Future<?> one : sent) {
        one.get();
      }
    }
  }

  private KafkaProducer<byte[], byte[]> producer(int batch) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("acks", "all");
    settings.put("linger.ms", "0");
    // Without room for a second record, each goes alone.
    settings.put("batch.size", batch == 1 ? "0" : "65536");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException gone) {
      // It held nothing.
    }
  }

  private void sql(String text) throws SQLException {
    try (Connection connection = Ledger.connect(platform);
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  @Override
  public void close() throws SQLException {
    sql("drop table bench_limit");
  }
}
