package io.slipway.agent.context;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.slipway.agent.TestAgentConfig;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.log.RunLog;
import io.slipway.builder.Builder;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.RegistryOptions;
import io.slipway.contract.RunRef;
import io.slipway.contract.agent.TaskStep;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import io.slipway.identity.client.egress.EgressPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;

/** A workspace, its log, and loopback servers. */
final class ContextBench implements AutoCloseable {
  static final ContextLimits LIMITS = new ContextLimits(64 << 20, 64 << 20, 10_000, 1 << 20);

  final Path workspace;
  final StringBuilder printed = new StringBuilder();
  final RunLog log;

  /** What git runs in. */
  ContextAccess.Programs programs = MachineProgram::runPlainly;

  private final List<HttpServer> servers = new ArrayList<>();
  private final Path folder;

  ContextBench(Path folder) throws Exception {
    this.folder = folder;
    this.workspace = Files.createDirectories(folder.resolve("runs/one"));
    RunRef run = new RunRef(UUID.randomUUID(), "cf1", "r", null, 1);
    this.log =
        new RunLog(run, 0, 100_000, InstantSource.system(), piece -> printed.append(piece.text()));
  }

  HttpServer serve(HttpHandler handler) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
    servers.add(server);
    return server;
  }

  static String address(HttpServer server, String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  HttpServer redirectTo(String location) throws Exception {
    return serve(exchange -> {
      exchange.getResponseHeaders().add("Location", location);
      exchange.sendResponseHeaders(301, -1);
    });
  }

  /** With a token for a server as {@code scheme://host:port}; both may be null. */
  ContextAccess access(String token, String server) throws Exception {
    return access(token, server, null);
  }

  /** For a run whose context is at an address that is a secret. */
  ContextAccess access(String secretAddress) throws Exception {
    return access(null, null, secretAddress);
  }

  private ContextAccess access(String token, String server, String secretAddress) throws Exception {
    return new ContextAccess(
        workspace,
        log,
        Builder.load().connect(RegistryOptions.NONE).access((host, scopes) -> Optional.empty()),
        () -> "run-token",
        programs,
        token,
        server,
        secretAddress);
  }

  ContextAccess access() throws Exception {
    return access(null, null);
  }

  FetchContext fetcher(ContextLimits limits, boolean loopback) throws Exception {
    return fetcher(limits, loopback, "http://127.0.0.1:1");
  }

  /** With keys for addresses of ssh. */
  FetchContext fetcher(FetchGit.SshKeys keys) throws Exception {
    return fetcher(LIMITS, true, "http://127.0.0.1:1", keys);
  }

  FetchContext fetcher(ContextLimits limits, boolean loopback, String services) throws Exception {
    return fetcher(limits, loopback, services, new FetchGit.SshKeys(null, null));
  }

  private FetchContext fetcher(
      ContextLimits limits, boolean loopback, String services, FetchGit.SshKeys keys)
      throws Exception {
    AgentConfig config = TestAgentConfig.of(folder, services, Map.of());
    BlockingHttp calls = new BlockingHttp(new ObjectMapper(), config.caFile());
    return new FetchContext(
        new ContextHosts(
            EgressPolicy.of(
                "slipway.agent.open-networks", loopback ? List.of("127.0.0.0/8") : List.of())),
        limits,
        keys,
        List.of(),
        new UploadedSource(
            calls,
            new ServiceToken(
                services,
                config.client().id(),
                new ClientSecret(config.client().secretFile()),
                calls::postForm,
                InstantSource.system()),
            HolderKey.fresh(),
            config));
  }

  /** A step whose context is at an address, or was uploaded; both may be null. */
  static TaskStep.WithContext step(String contextPath, UUID upload) {
    return new TaskStep.EncodedTask(contextPath, upload, "", null, List.of(), List.of());
  }

  /** The whole log so far. */
  String log() {
    log.flush();
    return printed.toString();
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
  }
}
