package io.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tasks, identities and runs that the tests play with, on the registries that the demo made. */
public final class Cast {
  static final String GROUP = "myResourceGroup";

  /** Registry of the tasks. */
  public static final String REGISTRY = "myregistry";

  /** Registry of the base image. */
  public static final String BASE = "mybaseregistry";

  private static final Set<String> FINAL =
      Set.of("Succeeded", "Failed", "Canceled", "Error", "Timeout");

  private final Platform platform;

  Cast(Platform platform) {
    this.platform = platform;
  }

  /** Login server of the base registry. */
  String baseServer() {
    return platform.azValue("acr", "show", "--name", BASE, "--query", "loginServer");
  }

  String baseId() {
    return platform.azValue("acr", "show", "--name", BASE, "--query", "id");
  }

  /** Makes a task with a system-assigned identity; answers the principal id. */
  String task(String name, String yaml) {
    try {
      Path file = Platform.freshFolder("task").resolve("task.yaml");
      Files.writeString(file, yaml);
      return platform
          .azJson(
              "acr",
              "task",
              "create",
              "--registry",
              REGISTRY,
              "--name",
              name,
              "--context",
              "/dev/null",
              "--file",
              file.toString(),
              "--assign-identity")
          .at("/identity/principalId")
          .asText();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A task file that builds a repository on the base image and pushes the result. */
  String buildAndPush(String image, String context) {
    return """
    version: v1.1.0
    steps:
      - build: -t $Registry/%s:$ID %s -f Dockerfile-app --build-arg REGISTRY_NAME=%s
      - push: ["$Registry/%s:$ID"]
    """
        .formatted(image, context, baseServer(), image);
  }

  void grantPull(String principalId) {
    platform
        .az(
            "role",
            "assignment",
            "create",
            "--assignee",
            principalId,
            "--scope",
            baseId(),
            "--role",
            "acrpull")
        .succeeded();
  }

  void removePull(String principalId) {
    platform
        .az(
            "role",
            "assignment",
            "delete",
            "--assignee",
            principalId,
            "--scope",
            baseId(),
            "--role",
            "acrpull")
        .succeeded();
  }

  void credential(String task) {
    credential(task, baseServer(), "--use-identity", "[system]");
  }

  /** Adds a credential, unless a first try of the same test class did: the CLI adds none twice. */
  void credential(String task, String server, String... how) {
    List<String> words =
        new ArrayList<>(List.of("acr", "task", "credential", "add", "--name", task));
    words.addAll(List.of("--registry", REGISTRY, "--login-server", server));
    words.addAll(List.of(how));
    Command.Result added = platform.az(words.toArray(String[]::new));
    if (!added.all().contains("'" + server + "' already exists")) {
      added.succeeded();
    }
  }

  /** Runs a task to its end with its log. */
  Command.Result run(String task) {
    return platform.az("acr", "task", "run", "--name", task, "--registry", REGISTRY);
  }

  /** Starts a run and does not wait; answers its id. */
  String start(String task) {
    String said =
        platform
            .az("acr", "task", "run", "--name", task, "--registry", REGISTRY, "--no-wait")
            .succeeded()
            .all();
    return said.replaceFirst("(?s).*Queued a run with ID: (\\w+).*", "$1");
  }

  JsonNode show(String runId) {
    return platform.azJson("acr", "task", "show-run", "--registry", REGISTRY, "--run-id", runId);
  }

  String status(String runId) {
    return show(runId).get("status").asText();
  }

  /** Waits for the end of a run; answers its status. */
  String finished(String runId, Duration limit) {
    Platform.await("run " + runId + " is over", limit, () -> FINAL.contains(status(runId)));
    return status(runId);
  }

  String log(String runId) {
    return platform
        .az("acr", "task", "logs", "--registry", REGISTRY, "--run-id", runId)
        .succeeded()
        .all();
  }

  /** Tags of a repository, none if there is no such repository. */
  List<String> tags(String repository) {
    Command.Result shown =
        platform.az(
            "acr",
            "repository",
            "show-tags",
            "--name",
            REGISTRY,
            "--repository",
            repository,
            "--output",
            "tsv");
    return shown.exitCode() == 0 ? shown.out().lines().toList() : List.of();
  }
}
