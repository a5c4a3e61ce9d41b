package io.slipway.builder.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.EngineRun;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.builtin.BuiltinEngine;
import io.slipway.builder.registry.ConnectionPool;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.support.BaseArchive;
import io.slipway.builder.support.RequestBuilder;
import io.slipway.infra.Peers;
import io.slipway.infra.RegistryProcess;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The builtin engine makes of a Dockerfile what BuildKit of today makes of it: {@code mvn test
 * -Ppeers -Dslipway.peers=FOLDER}.
 */
@Tag("peers")
@Timeout(120)
class PeersTest {
  @TempDir static Path folder;
  private static RegistryProcess registry;
  private static ConnectionPool connections;
  private static ContainerEngine builtin;
  private static Peers peers;
  private static Path context;

  static Stream<Case> cases() {
    return NewerCases.all().stream();
  }

  @BeforeAll
  static void start() throws Exception {
    String wanted = System.getProperty("slipway.peers", "");
    assertThat(wanted).as("-Ppeers needs -Dslipway.peers=FOLDER").isNotEmpty();
    assertThat(Peers.obstacle(Path.of(wanted))).as("the peers in " + wanted).isEmpty();
    registry = RegistryProcess.start(folder.resolve("registry"));
    connections = ConnectionPool.builder().plainHttp(registry.loginServer()).build();
    builtin =
        BuiltinEngine.open(BuiltinOptions.in(folder.resolve("builtin")), InstantSource.system());
    peers = Peers.start(Path.of(wanted), Path.of(wanted + ".data"), registry.loginServer());
    context = peers.share("context");
    BaseArchive.write(context.resolve("base.tar"), folder.resolve("base-files"));
    ours(new Case("base", "FROM scratch\nADD base.tar /\n"), "base");
    Files.delete(context.resolve("base.tar"));
    Cases.writeContext(context);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : new AutoCloseable[] {builtin, connections, peers, registry}) {
      if (each != null) {
        each.close();
      }
    }
  }

  private static String text(String dockerfile) {
    return dockerfile.replace("BASE", registry.loginServer() + "/base:1");
  }

  private static FlatImage ours(Case example, String repository) throws Exception {
    Path dockerfile = Files.writeString(context.resolve("Dockerfile"), text(example.dockerfile()));
    ImageReference name = ImageReference.of(registry.loginServer() + "/" + repository + ":1");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (EngineRun run =
        builtin.openRun(
            new RunEnvironment(
                example.name(),
                () -> folder,
                new RegistryCalls(connections, CredentialSource.none()),
                "tenant",
                "caches"))) {
      run.build(
          new RequestBuilder(context, dockerfile)
              .tags(List.of(name))
              .contexts(NamedContexts.of(example.contexts()).map(PeersTest::extra))
              .done(),
          printed::write);
      run.push(name, printed::write);
    } catch (Exception failed) {
      System.out.print(printed.toString(StandardCharsets.UTF_8));
      throw failed;
    }
    return FlatImage.fetch(registry.loginServer(), repository, "1");
  }

  private static ExtraContext extra(String name) {
    return name.equals("BASE")
        ? new ExtraContext.Image(ImageReference.of(text(name)))
        : new ExtraContext.Folder(context.resolve(name));
  }

  private static FlatImage theirs(Case example, String repository, boolean buildKit)
      throws Exception {
    Files.writeString(context.resolve("Dockerfile"), text(example.plain()));
    String target = registry.loginServer() + "/" + repository + ":1";
    if (buildKit) {
      peers.buildKit(context, "Dockerfile", target, List.of());
    } else {
      peers.buildah(context, "Dockerfile", target, List.of());
    }
    return FlatImage.fetch(registry.loginServer(), repository, "1");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldMakeTheSameAsBuildKit(Case example) throws Exception {
    FlatImage theirs = theirs(example, "buildkit/" + example.name(), true);
    FlatImage ours = ours(example, "builtin/" + example.name());
    assertThat(DifferentialTest.differences(theirs, ours)).as(example.dockerfile()).isEmpty();
  }
}
