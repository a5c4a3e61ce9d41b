package io.slipway.local.command;

import io.slipway.infra.KafkaAcls;
import io.slipway.local.part.KafkaAccounts;
import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.StateFolder;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "env",
    mixinStandardHelpOptions = true,
    description =
        "Prints exports for a shell, with the administrator's secret: eval \"$(./slipway env)\"")
final class EnvCommand implements Runnable {
  @Mixin private StateOption state;

  @Override
  public void run() {
    PlatformSettings settings = state.settings();
    StateFolder folder = state.folder();
    String url = settings.ports().publicUrl();
    Map<String, String> exports = new LinkedHashMap<>();
    exports.put("SLIPWAY_ARM_ENDPOINT", url);
    exports.put("SLIPWAY_AD_ENDPOINT", url + "/adfs");
    exports.put("SLIPWAY_GRAPH_ENDPOINT", url + "/");
    exports.put("SLIPWAY_CA_BUNDLE", folder.tls().resolve("ca.pem").toString());
    exports.put("SLIPWAY_TENANT_ID", settings.tenantId());
    exports.put("SLIPWAY_SUBSCRIPTION_ID", settings.subscriptionId());
    exports.put("SLIPWAY_CLIENT_ID", ServiceConfigs.ADMINISTRATOR);
    exports.put(
        "SLIPWAY_CLIENT_SECRET",
        PrivateFiles.read(folder.secrets().resolve(ServiceConfigs.ADMINISTRATOR + ".secret"))
            .strip());
    exports.put("SLIPWAY_KAFKA", settings.ports().kafkaBootstrap());
    exports.put(
        "SLIPWAY_KAFKA_CONFIG", KafkaAccounts.file(folder, KafkaAcls.EVENT_READER).toString());
    exports.put(
        "SLIPWAY_KCAT_CONFIG", KafkaAccounts.kcatFile(folder, KafkaAcls.EVENT_READER).toString());
    exports.put("SLIPWAY_STATE", folder.root().toString());
    exports.forEach((name, value) ->
        System.out.println("export " + name + "='" + value.replace("'", "'\\''") + "'"));
  }
}
