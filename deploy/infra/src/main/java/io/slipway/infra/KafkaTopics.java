package io.slipway.infra;

import io.slipway.contract.TopicLayout;
import io.slipway.contract.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;

/** Makes Slipway's topics and share groups; does nothing for those that are there. */
public final class KafkaTopics {
  private KafkaTopics() {}

  /** Makes all of them, with a prefix for their names (may be empty) and for one agent pool. */
  public static void create(String bootstrap, String prefix, String pool) {
    create(Map.of("bootstrap.servers", bootstrap), prefix, pool);
  }

  /**
   * The same at a broker that wants a log-in.
   *
   * @param client settings of a client that may do all
   */
  public static void create(Map<String, Object> client, String prefix, String pool) {
    create(client, prefix, List.of(pool), List.of());
  }

  /**
   * The same for several pools, and who may do what with them.
   *
   * @param acls what the parts may do, see {@link KafkaAcls}; other ACLs of theirs are taken away.
   *     Empty for a broker that knows none
   */
  public static void create(
      Map<String, Object> client,
      String prefix,
      Collection<String> pools,
      Collection<AclBinding> acls) {
    List<NewTopic> wanted = new ArrayList<>();
    TopicLayout.all(List.copyOf(pools))
        .forEach(topic ->
            wanted.add(
                new NewTopic(prefix + topic.name(), topic.partitions(), (short) 1)
                    .configs(topic.settings())));
    try (Admin admin = admin(client)) {
      Set<String> there = admin.listTopics().names().get(20, TimeUnit.SECONDS);
      wanted.removeIf(topic -> there.contains(topic.name()));
      admin.createTopics(wanted).all().get(30, TimeUnit.SECONDS);
      for (String pool : pools) {
        configureGroup(admin, prefix + Topics.agentGroup(pool));
      }
      if (!acls.isEmpty()) {
        allow(admin, acls);
      }
    } catch (ExecutionException | TimeoutException failed) {
      throw new InfraException(
          "Kafka's topics could not be set up: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InfraException("interrupted", interrupted);
    }
  }

  private static void allow(Admin admin, Collection<AclBinding> wanted)
      throws ExecutionException, InterruptedException, TimeoutException {
    Collection<AclBinding> there =
        admin.describeAcls(AclBindingFilter.ANY).values().get(20, TimeUnit.SECONDS);
    List<AclBindingFilter> outdated =
        there.stream()
            .filter(acl -> !wanted.contains(acl) && KafkaAcls.isOfAPart(acl))
            .map(AclBinding::toFilter)
            .toList();
    if (!outdated.isEmpty()) {
      admin.deleteAcls(outdated).all().get(20, TimeUnit.SECONDS);
    }
    List<AclBinding> missing = wanted.stream().filter(acl -> !there.contains(acl)).toList();
    if (!missing.isEmpty()) {
      admin.createAcls(missing).all().get(20, TimeUnit.SECONDS);
    }
  }

  private static void configureGroup(Admin admin, String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<AlterConfigOp> settings =
        TopicLayout.AGENT_GROUP.entrySet().stream()
            .map(one ->
                new AlterConfigOp(
                    new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET))
            .toList();
    admin
        .incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), settings))
        .all()
        .get(20, TimeUnit.SECONDS);
  }

  static Admin admin(Map<String, Object> client) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("default.api.timeout.ms", "20000");
    settings.put("request.timeout.ms", "10000");
    return Admin.create(settings);
  }
}
