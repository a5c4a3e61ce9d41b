package io.slipway.infra;

import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.slipway.contract.TopicLayout;
import io.slipway.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What each part may do at Kafka, and no more: the table of {@code docs/interfaces.md}, section 7.
 * identity-service, credential-broker and the registry have no Kafka client, and so no user.
 */
public final class KafkaAcls {
  /** User of task-api. */
  public static final String TASK_API = "task-api";

  /** User of the agents of all pools. */
  public static final String RUN_AGENT = "run-agent";

  /** User of those who ask for runs by events. */
  public static final String RUN_REQUESTER = "run-requester";

  private KafkaAcls() {}

  /**
   * All ACLs of a platform.
   *
   * @param prefix of its topics and groups; may be empty
   * @param pools its agent pools
   */
  public static List<AclBinding> all(String prefix, List<String> pools) {
    List<AclBinding> all = new ArrayList<>();
    for (TopicLayout topic : TopicLayout.all(pools)) {
      topic(all, TASK_API, prefix + topic.name(), DESCRIBE, CREATE);
    }
    for (String topic : List.of(Topics.RUN_REQUESTS, Topics.RUN_EVENTS, Topics.RUN_LOGS)) {
      topic(all, TASK_API, prefix + topic, READ);
      topic(all, TASK_API, prefix + Topics.dead(topic), WRITE);
      group(all, TASK_API, prefix + "task-api." + topic, READ);
    }
    topic(all, TASK_API, prefix + Topics.RUN_EVENTS, WRITE);
    topic(all, TASK_API, prefix + Topics.LEDGER_BEATS, WRITE);
    for (String pool : pools) {
      String queue = Topics.runQueue(pool);
      topic(all, TASK_API, prefix + queue, WRITE);
      group(all, TASK_API, prefix + Topics.agentGroup(pool), DESCRIBE, ALTER_CONFIGS);
      topic(all, RUN_AGENT, prefix + queue, READ);
      topic(all, RUN_AGENT, prefix + Topics.dead(queue), WRITE);
      group(all, RUN_AGENT, prefix + Topics.agentGroup(pool), READ);
    }
    topic(all, RUN_AGENT, prefix + Topics.RUN_EVENTS, WRITE);
    topic(all, RUN_AGENT, prefix + Topics.RUN_LOGS, WRITE);
    topic(all, RUN_AGENT, prefix + Topics.LEDGER_BEATS, DESCRIBE);
    topic(all, RUN_REQUESTER, prefix + Topics.RUN_REQUESTS, WRITE);
    return List.copyOf(all);
  }

  private static void topic(
      List<AclBinding> all, String user, String name, AclOperation... operations) {
    add(all, user, ResourceType.TOPIC, name, operations);
  }

  private static void group(
      List<AclBinding> all, String user, String name, AclOperation... operations) {
    add(all, user, ResourceType.GROUP, name, operations);
  }

  private static void add(
      List<AclBinding> all,
      String user,
      ResourceType type,
      String name,
      AclOperation... operations) {
    for (AclOperation operation : operations) {
      all.add(
          new AclBinding(
              new ResourcePattern(type, name, PatternType.LITERAL),
              new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
    }
  }
}
