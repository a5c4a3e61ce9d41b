package io.slipway.taskapi.event;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.contract.TopicLayout;
import io.slipway.contract.Topics;
import io.slipway.contract.kafka.KafkaSettings;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the topics that are missing, and the settings of the agents' groups with them: at the start
 * and whenever Kafka has lost them. Nobody else would, while the platform is up.
 */
@ApplicationScoped
public class EnsureTopics {
  private final KafkaAdmin kafka;
  private final String prefix;
  private final List<String> pools;
  private final short replicas;
  private volatile boolean configured;

  EnsureTopics(
      KafkaAdmin kafka,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix,
      @ConfigProperty(name = "slipway.kafka.pools", defaultValue = "default") List<String> pools,
      @ConfigProperty(name = "slipway.kafka.replicas", defaultValue = "1") short replicas) {
    this.kafka = kafka;
    this.prefix = prefix.orElse("");
    this.pools = List.copyOf(pools);
    this.replicas = replicas;
  }

  /** Makes what is missing; one question to Kafka if nothing is. */
  @Scheduled(
      every = "${slipway.kafka.ensure-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> ensure() {
    return Sweep.of(
        "The search for missing topics",
        ensureNow()
            .onFailure()
            .invoke(failure -> KafkaSettings.advice(failure).ifPresent(Log::error)));
  }

  private Uni<Void> ensureNow() {
    return ask(() -> kafka.admin().listTopics().names())
        .chain(there -> {
          List<NewTopic> missing = missing(there);
          if (missing.isEmpty() && configured) {
            return Uni.createFrom().voidItem();
          }
          missing.forEach(topic -> Log.warnf("Topic %s is missing and is made", topic.name()));
          return ask(() -> kafka.admin().createTopics(missing).all())
              .onFailure(TopicExistsException.class)
              .recoverWithNull() // another instance was faster
              .chain(() -> ask(() -> kafka.admin().incrementalAlterConfigs(groupSettings()).all()))
              .invoke(() -> configured = true)
              .replaceWithVoid();
        });
  }

  private List<NewTopic> missing(Set<String> there) {
    List<NewTopic> missing = new ArrayList<>();
    for (TopicLayout topic : TopicLayout.all(pools)) {
      if (!there.contains(prefix + topic.name())) {
        missing.add(
            new NewTopic(prefix + topic.name(), topic.partitions(), replicas)
                .configs(topic.settings()));
      }
    }
    return missing;
  }

  private Map<ConfigResource, Collection<AlterConfigOp>> groupSettings() {
    Map<ConfigResource, Collection<AlterConfigOp>> settings = new HashMap<>();
    for (String pool : pools) {
      settings.put(
          new ConfigResource(ConfigResource.Type.GROUP, prefix + Topics.agentGroup(pool)),
          TopicLayout.AGENT_GROUP.entrySet().stream()
              .map(one ->
                  new AlterConfigOp(
                      new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET))
              .toList());
    }
    return settings;
  }

  private static <T> Uni<T> ask(Supplier<KafkaFuture<T>> question) {
    return Uni.createFrom().completionStage(() -> question.get().toCompletionStage());
  }
}
