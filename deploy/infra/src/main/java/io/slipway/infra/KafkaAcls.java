package io.slipway.infra;

import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.slipway.contract.TopicLayout;
import io.slipway.contract.Topics;
import java.util.ArrayList;
import java.util.Collection;
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

  /**
   * User of the agents of all pools, where they share one; else each has its own, whose name begins
   * with this and a hyphen.
   */
  public static final String RUN_AGENT = "run-agent";

  /** User of those who ask for runs by events. */
  public static final String RUN_REQUESTER = "run-requester";

  /** User of those who follow what happens to runs, of all registries. */
  public static final String EVENT_READER = "event-reader";

  private static final String PRINCIPAL = "User:";

  private KafkaAcls() {}

  /** All ACLs of a platform whose agents share a user. */
  public static List<AclBinding> all(String prefix, List<String> pools) {
    return all(prefix, pools, List.of(RUN_AGENT));
  }

  /** Whether a user is one of those that this class knows. */
  public static boolean isPart(String user) {
    return List.of(TASK_API, RUN_AGENT, RUN_REQUESTER, EVENT_READER).contains(user)
        || user.startsWith(RUN_AGENT + "-");
  }

  static boolean isOfAPart(AclBinding acl) {
    String principal = acl.entry().principal();
    return principal.startsWith(PRINCIPAL) && isPart(principal.substring(PRINCIPAL.length()));
  }

  /**
   * All ACLs of a platform.
   *
   * @param prefix of its topics and groups; may be empty
   * @param pools its agent pools
   * @param agents users of its agents
   */
  public static List<AclBinding> all(
      String prefix, Collection<String> pools, Collection<String> agents) {
    List<AclBinding> all = new ArrayList<>();
    for (TopicLayout topic : TopicLayout.all(List.copyOf(pools))) {
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
      topic(all, TASK_API, prefix + Topics.runQueue(pool), WRITE);
      group(all, TASK_API, prefix + Topics.agentGroup(pool), DESCRIBE, ALTER_CONFIGS);
    }
    for (String agent : agents) {
      for (String pool : pools) {
        topic(all, agent, prefix + Topics.runQueue(pool), READ);
        topic(all, agent, prefix + Topics.dead(Topics.runQueue(pool)), WRITE);
        group(all, agent, prefix + Topics.agentGroup(pool), READ);
      }
      topic(all, agent, prefix + Topics.RUN_EVENTS, WRITE);
      topic(all, agent, prefix + Topics.RUN_LOGS, WRITE);
      topic(all, agent, prefix + Topics.LEDGER_BEATS, DESCRIBE);
    }
    topic(all, RUN_REQUESTER, prefix + Topics.RUN_REQUESTS, WRITE);
    topic(all, EVENT_READER, prefix + Topics.RUN_EVENTS, READ);
    add(all, EVENT_READER, ResourceType.GROUP, prefix + EVENT_READER, PatternType.PREFIXED, READ);
    return List.copyOf(all);
  }

  private static void topic(
      List<AclBinding> all, String user, String name, AclOperation... operations) {
    add(all, user, ResourceType.TOPIC, name, PatternType.LITERAL, operations);
  }

  private static void group(
      List<AclBinding> all, String user, String name, AclOperation... operations) {
    add(all, user, ResourceType.GROUP, name, PatternType.LITERAL, operations);
  }

  private static void add(
      List<AclBinding> all,
      String user,
      ResourceType type,
      String name,
      PatternType pattern,
      AclOperation... operations) {
    for (AclOperation operation : operations) {
      all.add(
          new AclBinding(
              new ResourcePattern(type, name, pattern),
              new AccessControlEntry(PRINCIPAL + user, "*", operation, AclPermissionType.ALLOW)));
    }
  }
}
