package io.slipway.local.az;

import io.slipway.local.door.CloudDocument;
import io.slipway.local.machine.Programs;
import io.slipway.local.part.ServiceConfigs;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs {@code az} for one platform: its own configuration folder, the platform's cloud, logged in
 * as its administrator. A person's own settings are neither read nor written.
 */
public final class AzureCli {
  private static final Pattern VERSION = Pattern.compile("\"azure-cli\":\\s*\"([^\"]+)\"");
  private static final String DEFECTIVE = "2.45.";

  private final Project project;
  private final StateFolder state;
  private final PlatformSettings settings;

  /** For a running platform. */
  public AzureCli(Project project, StateFolder state, PlatformSettings settings) {
    this.project = project;
    this.state = state;
    this.settings = settings;
  }

  /** A process of {@code az} with these arguments, not started; logs in before if need be. */
  public ProcessBuilder process(List<String> arguments) {
    if (!Programs.onPath("az")) {
      throw new LocalException("The Azure CLI is missing: apt-get install azure-cli");
    }
    ensureLogin();
    return bare(arguments);
  }

  private ProcessBuilder bare(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("az"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    for (String other : List.of("CURL_CA_BUNDLE", "SSL_CERT_FILE", "ARM_CLOUD_METADATA_URL")) {
      environment.remove(other);
    }
    environment.put("AZURE_CONFIG_DIR", state.azure().toString());
    environment.put("REQUESTS_CA_BUNDLE", state.tls().resolve("ca.pem").toString());
    environment.put("AZURE_CORE_COLLECT_TELEMETRY", "no");
    environment.put("AZURE_AUTO_UPGRADE_ENABLE", "no");
    environment.put("AZURE_CORE_SURVEY_MESSAGE", "no");
    environment.put("AZURE_CORE_NO_COLOR", "yes");
    environment.put("PYTHONUNBUFFERED", "1");
    for (String name : List.of("NO_PROXY", "no_proxy")) {
      environment.merge(name, "localhost,127.0.0.1,::1", (old, ours) -> old + "," + ours);
    }
    if (version().startsWith(DEFECTIVE)) {
      environment.merge(
          "PYTHONPATH", project.azRepair().toString(), (old, ours) -> ours + ":" + old);
    }
    return builder;
  }

  private void ensureLogin() {
    if (isLoggedIn()) {
      return;
    }
    Path lockFile = state.run().resolve("az.lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !isLoggedIn()) {
        login();
      }
    } catch (IOException failed) {
      throw new LocalException("cannot lock " + lockFile + ": " + failed.getMessage(), failed);
    }
  }

  private void login() throws IOException {
    Path document = state.azure().resolve("cloud.json");
    PrivateFiles.write(
        document, CloudDocument.of(settings.ports().publicUrl()).encodePrettily() + "\n");
    if (!quiet(List.of("cloud", "list", "--output", "tsv", "--query", "[].name"))
        .lines()
        .toList()
        .contains("Slipway")) {
      quiet(List.of("cloud", "register", "--name", "Slipway", "--cloud-config", "@" + document));
    }
    quiet(List.of("cloud", "set", "--name", "Slipway"));
    Path secret = state.secrets().resolve(ServiceConfigs.ADMINISTRATOR + ".secret");
    quiet(
        List.of(
            "login",
            "--service-principal",
            "--username",
            ServiceConfigs.ADMINISTRATOR,
            // az reads the file itself: a secret does not belong among a process's arguments.
            "--password",
            "@" + secret,
            "--tenant",
            settings.tenantId()));
    PrivateFiles.write(marker(), settings.ports().publicUrl() + "\n");
  }

  private boolean isLoggedIn() {
    return Files.exists(marker());
  }

  private Path marker() {
    return state.azure().resolve("slipway-login");
  }

  /** Runs one step of the set-up; its output is only shown if it fails. */
  private String quiet(List<String> arguments) {
    return output(bare(arguments), "az " + arguments.get(0) + " " + arguments.get(1));
  }

  private String version() {
    Path kept = state.azure().resolve("az-version-" + executableAge());
    return PrivateFiles.readOrCreate(
        kept,
        () -> {
          ProcessBuilder version = new ProcessBuilder("az", "version", "--output", "json");
          version.environment().put("AZURE_CONFIG_DIR", state.azure().toString());
          Matcher matcher = VERSION.matcher(output(version, "az version"));
          return matcher.find() ? matcher.group(1) : "unknown";
        });
  }

  /** Changes when another version is installed. */
  private static long executableAge() {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin").split(":")) {
      Path az = Path.of(folder, "az");
      if (Files.isExecutable(az)) {
        try {
          return Files.getLastModifiedTime(az.toRealPath()).toMillis();
        } catch (IOException unreadable) {
          return 0;
        }
      }
    }
    return 0;
  }

  private static String output(ProcessBuilder builder, String what) {
    try {
      Path errors = Files.createTempFile("slipway-az", ".err");
      try {
        builder.redirectError(errors.toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
          throw new LocalException(what + " failed: " + Files.readString(errors).strip());
        }
        return output;
      } finally {
        Files.delete(errors);
      }
    } catch (IOException failed) {
      throw new LocalException(what + " failed: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException(what + " was interrupted", interrupted);
    }
  }
}
