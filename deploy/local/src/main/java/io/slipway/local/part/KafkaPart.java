package io.slipway.local.part;

import io.slipway.infra.ChildProcess;
import io.slipway.infra.KafkaProcess;
import io.slipway.infra.KafkaTopics;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;

/**
 * Kafka, with its topics and what each user may do with them.
 *
 * @param settings where and how it runs
 * @param pools agent pools
 * @param acls what users may do
 */
public record KafkaPart(KafkaProcess.Settings settings, Set<String> pools, List<AclBinding> acls)
    implements Part {

  /** The one of a platform; makes its users. */
  public static KafkaPart of(Project project, StateFolder state, PlatformSettings settings) {
    KafkaAccounts accounts = new KafkaAccounts(state, settings);
    accounts.prepare();
    Ports ports = settings.ports();
    return new KafkaPart(
        new KafkaProcess.Settings(
            project.kafkaJars(),
            state.data("kafka"),
            state.log("kafka"),
            ports.kafka(),
            ports.kafkaController(),
            accounts.access()),
        accounts.pools(),
        accounts.acls());
  }

  /** Makes what is missing at a Kafka that runs; the client may do all. */
  void setUp(Map<String, Object> client) {
    KafkaTopics.create(client, "", pools, acls);
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public ChildProcess start() {
    KafkaProcess kafka = KafkaProcess.start(settings);
    try {
      setUp(kafka.adminSettings());
      return kafka.process();
    } catch (RuntimeException failed) {
      kafka.close();
      throw failed;
    }
  }

  @Override
  public void quicken(Path log) throws IOException {
    KafkaProcess.archive(settings).make(name(), KafkaProcess.recordedClasses(settings), log);
  }
}
