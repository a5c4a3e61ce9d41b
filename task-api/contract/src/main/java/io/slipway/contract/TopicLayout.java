package io.slipway.contract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Kafka topic as it is made. Whoever makes topics makes these: an installer, and task-api when
 * Kafka has lost them.
 *
 * @param name name without prefix
 * @param partitions number of partitions; more of them later would break the order per key
 * @param settings settings of the topic
 */
public record TopicLayout(String name, int partitions, Map<String, String> settings) {
  private static final String DAY = "86400000";
  private static final String MONTH = "2592000000";

  /** Kept for a month, and not more than 4 GiB of it in each partition. */
  private static final Map<String, String> LONG =
      Map.of("retention.ms", MONTH, "retention.bytes", "4294967296", "segment.bytes", "268435456");

  /** The same, and Kafka says when a record came: by that its assertion is judged. */
  private static final Map<String, String> DATED = dated(LONG);

  /** Kept for a day: then it is in the ledger, or nobody has asked for it. */
  private static final Map<String, String> SHORT =
      Map.of("retention.ms", DAY, "retention.bytes", "4294967296", "segment.bytes", "134217728");

  /** The latest one counts. */
  private static final Map<String, String> MOMENT =
      Map.of("retention.ms", "3600000", "segment.bytes", "16777216", "segment.ms", "600000");

  /**
   * Settings of the share group of a pool's agents: one that is new sees what was queued before.
   */
  public static final Map<String, String> AGENT_GROUP =
      Map.of("share.auto.offset.reset", "earliest", "share.record.lock.duration.ms", "15000");

  /** Copies the settings. */
  public TopicLayout {
    settings = Map.copyOf(settings);
  }

  /** All topics of a platform with these agent pools, the topics of dead letters among them. */
  public static List<TopicLayout> all(List<String> pools) {
    List<TopicLayout> all = new ArrayList<>();
    add(all, new TopicLayout(Topics.RUN_REQUESTS, 3, DATED));
    add(all, new TopicLayout(Topics.RUN_EVENTS, 3, LONG));
    add(all, new TopicLayout(Topics.RUN_LOGS, 3, SHORT));
    // One partition: with more, short runs wait behind long ones.
    pools.forEach(pool -> add(all, new TopicLayout(Topics.runQueue(pool), 1, SHORT)));
    all.add(new TopicLayout(Topics.LEDGER_BEATS, 1, MOMENT));
    return List.copyOf(all);
  }

  private static Map<String, String> dated(Map<String, String> settings) {
    Map<String, String> dated = new HashMap<>(settings);
    dated.put("message.timestamp.type", "LogAppendTime");
    return dated;
  }

  private static void add(List<TopicLayout> all, TopicLayout topic) {
    all.add(topic);
    all.add(new TopicLayout(Topics.dead(topic.name()), 1, LONG));
  }
}
