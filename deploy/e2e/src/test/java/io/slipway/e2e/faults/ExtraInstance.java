package io.slipway.e2e.faults;

import io.slipway.e2e.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A further instance of a part, started as the supervisor started the first one. */
final class ExtraInstance implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(2);

  private final String name;
  private final int port;
  private final int health;
  private final ProcessBuilder builder;
  private Process process;

  private ExtraInstance(String name, int port, int health, ProcessBuilder builder) {
    this.name = name;
    this.port = port;
    this.health = health;
    this.builder = builder;
  }

  /**
   * Prepares one.
   *
   * @param like the part that it is like
   * @param changes settings that differ; its ports are its own in any case
   */
  static ExtraInstance like(
      Platform platform, String like, String name, Map<String, String> changes) throws IOException {
    Path folder = Files.createDirectories(Path.of("target/faults").toAbsolutePath());
    int port = freePort();
    Path config = folder.resolve(name + ".properties");
    Properties properties = read(config(platform, like));
    properties.putAll(changes);
    properties.setProperty("quarkus.http.port", Integer.toString(port));
    int health = properties.containsKey("quarkus.management.port") ? freePort() : port;
    properties.setProperty("quarkus.management.port", Integer.toString(health));
    write(config, properties);
    Path process = Path.of("/proc/" + platform.process(like).pid());
    List<String> command =
        List.of(Files.readString(process.resolve("cmdline")).split("\0")).stream()
            .map(word ->
                word.startsWith("-Dsmallrye.config.locations=")
                    ? "-Dsmallrye.config.locations=" + config.toUri()
                    : word)
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Files.readSymbolicLink(process.resolve("cwd")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
    builder.environment().put("LC_ALL", "C.UTF-8");
    return new ExtraInstance(name, port, health, builder);
  }

  /**
   * Settings of a part as the supervisor wrote them; what is changed counts from its next start.
   */
  static Path config(Platform platform, String part) {
    return platform.state().resolve("config").resolve(part + ".properties");
  }

  static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return properties;
  }

  static void write(Path file, Properties properties) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
  }

  int port() {
    return port;
  }

  void start() throws IOException {
    process = builder.start();
    Platform.await(name + " is ready", READY, this::isReady);
  }

  /** Kills it with -9 and starts it again. */
  void killAndRestart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    start();
  }

  private boolean isReady() {
    try {
      HttpURLConnection call =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + health + "/q/health/ready").toURL().openConnection();
      call.setConnectTimeout(2000);
      call.setReadTimeout(5000);
      return call.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException interrupted) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
