package io.slipway.local.supervisor;

import io.slipway.infra.PostgresProcess;
import io.slipway.local.part.KafkaPart;
import io.slipway.local.part.Parts;
import io.slipway.local.part.PostgresPart;
import io.slipway.local.state.LocalCertificates;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A supervisor of Kafka and PostgreSQL in a JVM of its own, which a test can kill. */
final class InfrastructureOnly {
  private InfrastructureOnly() {}

  public static void main(String[] arguments) throws InterruptedException {
    StateFolder state = new StateFolder(Path.of(arguments[0]));
    PlatformSettings settings = PlatformSettings.fresh(Integer.parseInt(arguments[1]));
    Supervisor supervisor =
        new Supervisor(state, settings, () -> parts(state, settings), System.out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::close));
    supervisor.start();
    new CountDownLatch(1).await();
  }

  private static Parts parts(StateFolder state, PlatformSettings settings) {
    new LocalCertificates(state.tls(), InstantSource.system()).ensure();
    String password = PrivateFiles.secret(state.keys().resolve("db-taskapi.password"));
    KafkaPart kafka = KafkaPart.of(Project.here(), state, settings);
    PostgresPart postgres =
        new PostgresPart(
            new PostgresProcess.Settings(
                state.data("programs"),
                state.data("postgres"),
                state.log("postgres"),
                settings.ports().postgres()),
            "slipway",
            Map.of("taskapi", password));
    return new Parts(List.of(kafka, postgres), List.of(), List.of());
  }
}
