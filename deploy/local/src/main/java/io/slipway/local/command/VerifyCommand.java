package io.slipway.local.command;

import io.slipway.builder.Builder;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.RegistryAccess.Attached;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryConnections;
import io.slipway.builder.RegistryOptions;
import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.request.IdentityCalls;
import io.slipway.local.request.OnATerminal;
import io.slipway.local.request.RequestRun;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.Ports;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.verify.DockerLogIns;
import io.slipway.local.verify.Provenance;
import io.slipway.local.verify.PublicKeys;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Says which run pushed an image, from what, if the platform has signed it; fails if not.",
      "Log-ins are those of docker login and az acr login; to the platform's own registries it logs in as the administrator."
    })
final class VerifyCommand implements Runnable {
  @Mixin private StateOption state;

  @Parameters(
      index = "0",
      paramLabel = "IMAGE",
      description = "An image with its registry, as 127.0.0.1:8471/hello:v1 or by digest.")
  private String image = "";

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "Public keys of the platform in PEM, for example from <platform>/oauth2/attestation-keys. Without it the platform of this machine is asked.")
  private @Nullable Path key;

  @Option(names = "--json", description = "Prints the statements whole.")
  private boolean json;

  @Override
  public void run() {
    try {
      ImageReference name = ImageReference.parse(image);
      List<PublicKey> keys = PublicKeys.read(pem());
      Attached attached = attached(name);
      List<Provenance> found =
          attached.texts().stream()
              .flatMap(text -> Provenance.of(text, attached.digest(), keys).stream())
              .toList();
      if (found.isEmpty()) {
        throw new LocalException(
            "%s (%s) has no provenance that this platform has signed; %d documents of others are attached to it"
                .formatted(image, attached.digest(), attached.texts().size()));
      }
      System.out.println("digest    " + attached.digest());
      for (Provenance provenance : found) {
        if (json) {
          System.out.println(provenance.statement());
        } else {
          provenance.lines().forEach(line -> System.out.println(OnATerminal.line(line)));
        }
      }
    } catch (Refusal refused) {
      throw new LocalException(refused.text(), refused);
    } catch (IOException | RegistryCallException failed) {
      throw new LocalException(image + " was not verified: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    }
  }

  private String pem() throws IOException, InterruptedException {
    if (key != null) {
      return Files.readString(key);
    }
    try (IdentityCalls identity = identity(state.running().ports())) {
      return identity.get("/oauth2/attestation-keys");
    }
  }

  private static IdentityCalls identity(Ports ports) {
    return new IdentityCalls(URI.create("http://127.0.0.1:" + ports.identity()));
  }

  private Attached attached(ImageReference name)
      throws IOException, RegistryCallException, InterruptedException {
    Path authority = state.folder().tls().resolve("ca.pem");
    RegistryOptions options =
        RegistryOptions.ofAPerson(Files.exists(authority) ? List.of(authority) : List.of());
    try (RegistryConnections connections = Builder.load().connect(options)) {
      return connections.access(logIns()).attached(name, Provenance.BUNDLE);
    }
  }

  private CredentialSource logIns() {
    String folder = System.getenv("DOCKER_CONFIG");
    Path file =
        folder == null
            ? Path.of(System.getProperty("user.home"), ".docker", "config.json")
            : Path.of(folder, "config.json");
    return (loginServer, scopes) -> {
      Optional<Credential> known = DockerLogIns.find(file, loginServer);
      return known.isPresent() ? known : administrator(loginServer);
    };
  }

  private Optional<Credential> administrator(String loginServer) throws InterruptedException {
    Optional<Ports> ports = Optional.empty();
    try {
      ports = Optional.of(state.running().ports());
    } catch (LocalException notRunning) {
      return Optional.empty();
    }
    int port = URI.create("https://" + loginServer).getPort();
    if (!loginServer.startsWith("127.0.0.1:")
        || port < ports.get().firstLoginServer()
        || port > ports.get().lastLoginServer()) {
      return Optional.empty();
    }
    String secret =
        PrivateFiles.read(
                state.folder().secrets().resolve(ServiceConfigs.ADMINISTRATOR + ".secret"))
            .strip();
    try (IdentityCalls identity = identity(ports.get())) {
      String token =
          identity.armToken(
              new RequestRun.Sender(ServiceConfigs.ADMINISTRATOR, secret), ports.get().publicUrl());
      String refresh =
          identity
              .form(
                  "/oauth2/exchange",
                  Map.of(
                      "grant_type", "access_token",
                      "service", loginServer,
                      "access_token", token))
              .path("refresh_token")
              .asText();
      return Optional.of(new Credential("00000000-0000-0000-0000-000000000000", refresh, null));
    } catch (IOException refused) {
      return Optional.empty(); // the registry says what is missing
    }
  }
}
