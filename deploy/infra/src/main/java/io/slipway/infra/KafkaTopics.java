package io.slipway.infra;

import io.slipway.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

/** Makes Slipway's topics and share groups; does nothing for those that are there. */
public final class KafkaTopics {
  private static final Map<String, String> LONG = Map.of("retention.ms", "2592000000");
  private static final Map<String, String> SHORT = Map.of("retention.ms", "86400000");

  private KafkaTopics() {}

  /** Makes all of them, with a prefix for their names (may be empty) and for one agent pool. */
  public static void create(String bootstrap, String prefix, String pool) {
    List<NewTopic> wanted = new ArrayList<>();
    add(wanted, prefix, Topics.RUN_REQUESTS, 3, LONG);
    add(wanted, prefix, Topics.RUN_EVENTS, 3, LONG);
    add(wanted, prefix, Topics.RUN_LOGS, 3, SHORT);
    wanted.add(new NewTopic(prefix + Topics.LEDGER_BEATS, 1, (short) 1).configs(SHORT));
    // One partition: with more, short runs wait behind long ones.
    add(wanted, prefix, Topics.runQueue(pool), 1, LONG);
    try (Admin admin = admin(bootstrap)) {
      Set<String> there = admin.listTopics().names().get(20, TimeUnit.SECONDS);
      wanted.removeIf(topic -> there.contains(topic.name()));
      admin.createTopics(wanted).all().get(30, TimeUnit.SECONDS);
      configureGroup(admin, prefix + Topics.agentGroup(pool));
    } catch (ExecutionException | TimeoutException failed) {
      throw new InfraException(
          "Kafka's topics could not be created: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InfraException("interrupted", interrupted);
    }
  }

  private static void add(
      List<NewTopic> topics,
      String prefix,
      String name,
      int partitions,
      Map<String, String> config) {
    topics.add(new NewTopic(prefix + name, partitions, (short) 1).configs(config));
    topics.add(new NewTopic(prefix + Topics.dead(name), 1, (short) 1).configs(LONG));
  }

  /** A group that joins for the first time must see what was queued before. */
  private static void configureGroup(Admin admin, String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    admin
        .incrementalAlterConfigs(
            Map.of(
                resource,
                List.of(
                    set("share.auto.offset.reset", "earliest"),
                    set("share.record.lock.duration.ms", "15000"))))
        .all()
        .get(20, TimeUnit.SECONDS);
  }

  private static AlterConfigOp set(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  static Admin admin(String bootstrap) {
    return Admin.create(
        Map.of(
            "bootstrap.servers", bootstrap,
            "default.api.timeout.ms", "20000",
            "request.timeout.ms", "10000"));
  }
}
