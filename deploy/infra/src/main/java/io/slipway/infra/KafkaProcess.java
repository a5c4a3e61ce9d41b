package io.slipway.infra;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One Apache Kafka broker (KRaft, combined) in a process of its own, on loopback. Its data stay.
 *
 * <p>A process and not this JVM: a storage fault makes the broker halt its JVM.
 */
public final class KafkaProcess implements AutoCloseable {
  /**
   * Without a size to begin with its heap would begin with all that it may have. The better
   * compiler waits for code that is really hot, as in the services: it took a quarter of a start.
   */
  private static final List<String> SERVER =
      List.of(
          "-Xms80m",
          "-Xmn32m",
          "-Xmx320m",
          "-XX:Tier4InvocationThreshold=30000",
          "-XX:Tier4MinInvocationThreshold=10000",
          "-XX:Tier4CompileThreshold=60000",
          "-XX:Tier4BackEdgeThreshold=120000",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData");

  private final ChildProcess process;
  private final int port;
  private final @Nullable KafkaAccess access;

  private KafkaProcess(ChildProcess process, Settings settings) {
    this.process = process;
    this.port = settings.port();
    this.access = settings.access();
  }

  /**
   * Where and how it runs.
   *
   * @param jars folder of the broker's jars
   * @param data folder of its data
   * @param log file of its output
   * @param port port for clients
   * @param controllerPort port of its own controller
   * @param access who is let in; null for everybody, without a log-in
   */
  public record Settings(
      Path jars, Path data, Path log, int port, int controllerPort, @Nullable KafkaAccess access) {
    /** A broker that lets in everybody: for tests and measurements. */
    public Settings(Path jars, Path data, Path log, int port, int controllerPort) {
      this(jars, data, log, port, controllerPort, null);
    }
  }

  /** Starts it and waits until it answers. */
  public static KafkaProcess start(Settings settings) {
    try {
      Files.createDirectories(settings.data());
      Path config = writeConfig(settings);
      if (!Files.exists(settings.data().resolve("log/meta.properties"))) {
        format(settings, config);
      }
      ClassArchive archive = archive(settings);
      List<String> options = archive.jvmOptions(recordedClasses(settings));
      ChildProcess process =
          ChildProcess.start(
              "kafka",
              java(settings, options, "kafka.Kafka", config.toString()),
              Map.of("MALLOC_ARENA_MAX", "2"),
              settings.data(),
              settings.log());
      KafkaProcess kafka = new KafkaProcess(process, settings);
      try {
        kafka.awaitReady();
      } catch (RuntimeException failed) {
        process.close();
        if (archive.dropAfterCrash(process)) {
          return start(settings);
        }
        throw failed;
      }
      return kafka;
    } catch (IOException failed) {
      throw new InfraException("Kafka could not be started: " + failed.getMessage(), failed);
    }
  }

  /** Classes of a broker with these jars. */
  public static ClassArchive archive(Settings settings) {
    Path jars = settings.jars();
    Path beside = Objects.requireNonNull(jars.toAbsolutePath().getParent());
    return ClassArchive.of(beside, SERVER, jars + "/*", jars);
  }

  /** File in which a broker without such an archive records its classes. */
  public static Path recordedClasses(Settings settings) {
    return settings.data().resolve("classes");
  }

  public ChildProcess process() {
    return process;
  }

  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** Settings of a client that may do all. */
  public Map<String, Object> adminSettings() {
    return access == null ? Map.of("bootstrap.servers", bootstrap()) : access.admin(bootstrap());
  }

  private void awaitReady() {
    Waiting.until(
        process,
        Duration.ofSeconds(60),
        () -> {
          if (!listens()) {
            return false;
          }
          try (Admin admin = KafkaTopics.admin(adminSettings())) {
            return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
          }
        });
  }

  /** An admin client on a port that nobody listens on asks again without a pause. */
  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void format(Settings settings, Path config) throws IOException {
    ClassArchive archive = archive(settings);
    List<String> options =
        archive.isThere() ? archive.jvmOptions(recordedClasses(settings)) : SERVER;
    List<String> command = java(settings, options, "kafka.tools.StorageTool", "format");
    command.addAll(List.of("-t", clusterId(), "-c", config.toString()));
    ChildProcess format =
        ChildProcess.start("kafka format", command, Map.of(), settings.data(), settings.log());
    int code = format.onExit().join();
    if (code != 0) {
      throw new InfraException("Kafka's storage could not be formatted, see " + settings.log());
    }
  }

  private static String clusterId() {
    return Uuid.randomUuid().toString();
  }

  private static List<String> java(Settings settings, List<String> options, String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-Dlog4j2.configurationFile=" + settings.data().resolve("log4j2.xml"),
            "-cp",
            settings.jars() + "/*" + File.pathSeparator + ownCode()));
    command.addAll(List.of(words));
    return command;
  }

  /** Where {@link ScramPasswordFiles} is. */
  private static Path ownCode() {
    try {
      return Path.of(
          KafkaProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Path writeConfig(Settings settings) throws IOException {
    Path logging = settings.data().resolve("log4j2.xml");
    Files.writeString(
        logging,
        """
        <Configuration status="WARN"><Appenders><Console name="out"><PatternLayout pattern="%d{ISO8601} %-5p %c{1}: %m%n"/></Console></Appenders>
        <Loggers><Root level="WARN"><AppenderRef ref="out"/></Root></Loggers></Configuration>
        """);
    Path config = settings.data().resolve("server.properties");
    KafkaAccess access = settings.access();
    String text =
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        controller.listener.names=CONTROLLER
        listeners=CLIENTS://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=CLIENTS://127.0.0.1:%1$d
        listener.security.protocol.map=CLIENTS:%4$s,CONTROLLER:%4$s
        inter.broker.listener.name=CLIENTS
        log.dirs=%3$s
        auto.create.topics.enable=false
        group.initial.rebalance.delay.ms=0
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=1
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        share.coordinator.state.topic.num.partitions=1
        log.cleaner.dedupe.buffer.size=4194304
        num.network.threads=2
        num.io.threads=3
        # After kill -9 the old session must expire first; the default takes nine seconds.
        broker.session.timeout.ms=2000
        broker.heartbeat.interval.ms=500
        """
            .formatted(
                settings.port(),
                settings.controllerPort(),
                settings.data().resolve("log"),
                access == null ? "PLAINTEXT" : access.protocol());
    StringBuilder all = new StringBuilder(text);
    if (access != null) {
      access
          .brokerSettings()
          .forEach((name, value) -> all.append(name).append('=').append(value).append('\n'));
    }
    return KafkaAccess.secret(config, all.toString());
  }

  @Override
  public void close() {
    process.close();
  }
}
