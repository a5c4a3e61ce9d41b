package io.slipway.local.command;

import io.slipway.contract.RunRequested;
import io.slipway.infra.KafkaAcls;
import io.slipway.local.part.KafkaAccounts;
import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.request.RequestRun;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.PrivateFiles;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = {
      "Asks for a run of a task by an event on Kafka, as the platform's administrator.",
      "The event is signed for (docs/interfaces.md, section 7). What is refused is answered with a RunRejected on run-events that names the event."
    })
final class RequestCommand implements Runnable {
  @Mixin private StateOption state;

  @Parameters(index = "0", paramLabel = "REGISTRY", description = "Name of the registry.")
  private String registry = "";

  @Parameters(index = "1", paramLabel = "TASK", description = "Name of the task.")
  private String task = "";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A value for the task file; never a secret. May be given several times.")
  private Map<String, String> values = new LinkedHashMap<>();

  @Override
  public void run() {
    String id = sender(state).send(new RunRequested(registry, task, values));
    System.out.println("Asked for a run of " + task + " in " + registry + ": event " + id);
  }

  /** Sends as the platform's administrator. */
  static RequestRun sender(StateOption state) {
    PlatformSettings settings = state.running();
    Ports ports = settings.ports();
    String administrator = ServiceConfigs.ADMINISTRATOR;
    String secret =
        PrivateFiles.read(state.folder().secrets().resolve(administrator + ".secret")).strip();
    return new RequestRun(
        new RequestRun.Place(
            URI.create("http://127.0.0.1:" + ports.identity()),
            ports.publicUrl(),
            KafkaAccounts.client(state.folder(), KafkaAcls.RUN_REQUESTER),
            ""),
        new RequestRun.Sender(administrator, secret),
        InstantSource.system());
  }
}
