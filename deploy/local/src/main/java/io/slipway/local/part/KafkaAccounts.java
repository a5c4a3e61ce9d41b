package io.slipway.local.part;

import io.slipway.infra.KafkaAccess;
import io.slipway.infra.KafkaAcls;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;

/**
 * Who may log in to this platform's Kafka: task-api, each agent under its own name, and two users
 * for programs of the machine's owner. The administrator is the broker and the supervisor, and who
 * repairs something by hand.
 */
public final class KafkaAccounts {
  private static final List<String> PEOPLES =
      List.of(KafkaAcls.EVENT_READER, KafkaAcls.RUN_REQUESTER, KafkaAccess.ADMIN);

  private final StateFolder state;
  private final PlatformSettings settings;

  /** Those of a platform; nothing is made. */
  public KafkaAccounts(StateFolder state, PlatformSettings settings) {
    this.state = state;
    this.settings = settings;
  }

  /** How Kafka knows them. */
  public KafkaAccess access() {
    return KafkaAccess.onLoopback(state.keys().resolve("kafka"));
  }

  /** User of an agent, counted from 1: the agent's own name. */
  static String agent(int number) {
    return KafkaAcls.RUN_AGENT + "-" + number;
  }

  /**
   * Makes those that are missing, takes away those of agents that are no more, and writes the files
   * for people's programs. Users whom the machine's owner added stay.
   */
  public void prepare() {
    KafkaAccess access = access();
    Set<String> users =
        Stream.of(Stream.of(KafkaAcls.TASK_API), agents().stream(), PEOPLES.stream())
            .flatMap(some -> some)
            .collect(Collectors.toSet());
    users.forEach(access.users()::password);
    try {
      access.users().remove(user -> KafkaAcls.isPart(user) && !users.contains(user));
    } catch (IOException failed) {
      throw new LocalException("Kafka's users: " + failed.getMessage(), failed);
    }
    String bootstrap = settings.ports().kafkaBootstrap();
    for (String user : PEOPLES) {
      Map<String, Object> client = new TreeMap<>(access.client(bootstrap, user));
      write(file(state, user), client);
      client.remove("sasl.jaas.config");
      client.put("sasl.username", user);
      client.put("sasl.password", access.users().password(user));
      write(kcatFile(state, user), client);
    }
  }

  /** Not as java.util.Properties writes them: kcat takes a backslash for one. */
  private static void write(Path file, Map<String, Object> settings) {
    StringBuilder text = new StringBuilder();
    settings.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    PrivateFiles.write(file, text.toString());
  }

  /** The agent pools, those among them that the owner's settings name. */
  public Set<String> pools() {
    Set<String> pools = new TreeSet<>(Set.of("default"));
    String made = state.settings().of("task-api").getOrDefault("slipway.kafka.pools", "");
    String joined = state.settings().of("run-agent").getOrDefault("slipway.agent.pool", "");
    for (String pool : (made + "," + joined).split(",", -1)) {
      pools.add(pool.strip());
    }
    pools.remove("");
    return pools;
  }

  /** What each may do. */
  public List<AclBinding> acls() {
    return KafkaAcls.all("", pools(), agents());
  }

  private List<String> agents() {
    return IntStream.rangeClosed(1, settings.agents()).mapToObj(KafkaAccounts::agent).toList();
  }

  /**
   * File with what a Kafka client of Java needs to log in as a user: {@code event-reader}, {@code
   * run-requester} or {@code admin}.
   */
  public static Path file(StateFolder state, String user) {
    return state.config().resolve("kafka-" + user + ".properties");
  }

  /** The same for kcat and other clients that are not of Java. */
  public static Path kcatFile(StateFolder state, String user) {
    return state.config().resolve("kafka-" + user + ".kcat");
  }

  /**
   * What is in the file for clients of Java.
   *
   * @throws LocalException if the platform has not been started since there are users
   */
  public static Map<String, Object> client(StateFolder state, String user) {
    Path file = file(state, user);
    Properties properties = new Properties();
    try (Reader text = Files.newBufferedReader(file)) {
      properties.load(text);
    } catch (NoSuchFileException none) {
      throw new LocalException(
          file + " is not there: start the platform again (./slipway down, ./slipway up).", none);
    } catch (IOException failed) {
      throw new LocalException(file + " cannot be read: " + failed.getMessage(), failed);
    }
    Map<String, Object> settings = new HashMap<>();
    properties.forEach((name, value) -> settings.put((String) name, value));
    return settings;
  }
}
