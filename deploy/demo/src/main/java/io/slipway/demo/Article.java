package io.slipway.demo;

import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The article's commands, in its order and with both of its options: a task that pulls its base
 * image from another registry with a managed identity.
 */
final class Article {
  private static final String GROUP = "myResourceGroup";
  private static final String REGISTRY = "myregistry";
  private static final String BASE = "mybaseregistry";
  private static final String IDENTITY = "myACRTasksId";
  private static final String TASK = "helloworldtask";

  private final ShownAz az;
  private final Path folder;
  private final String repository;

  /**
   * @param folder where the task file is written
   * @param repository address of the source, ending in {@code .git}
   */
  Article(ShownAz az, Path folder, String repository) {
    this.az = az;
    this.folder = folder;
    this.repository = repository;
  }

  /** Runs all of it. */
  void run() {
    az.title("Two registries: one for the task, one with the base images");
    az.run("group", "create", "--name", GROUP, "--location", "local");
    az.run("acr", "create", "--resource-group", GROUP, "--name", REGISTRY, "--sku", "Standard");
    az.run("acr", "create", "--resource-group", GROUP, "--name", BASE, "--sku", "Standard");
    String baseServer =
        az.value("baseServer", "acr", "show", "--name", BASE, "--query", "loginServer");
    importBaseImage();
    Path taskFile = writeTaskFile(baseServer);
    String baseId = az.value("baseregID", "acr", "show", "--name", BASE, "--query", "id");
    userAssigned(taskFile, baseServer, baseId);
    systemAssigned(taskFile, baseServer, baseId);
  }

  private void importBaseImage() {
    ShownAz.Result imported =
        az.attempt(
            "acr",
            "import",
            "--name",
            BASE,
            "--source",
            "docker.io/library/node:15-alpine",
            "--image",
            "baseimages/node:15-alpine");
    if (imported.exitCode() != 0) {
      if (!imported.output().contains("Conflict")) {
        throw new LocalException("The import of the base image failed.");
      }
      az.remark("It is there from an earlier demo, and only --force would overwrite it.");
    }
  }

  private void userAssigned(Path taskFile, String baseServer, String baseId) {
    az.title("Option 1: a task with a user-assigned identity");
    az.run("identity", "create", "--resource-group", GROUP, "--name", IDENTITY);
    String resource = identityValue("resourceID", "id");
    String principal = identityValue("principalID", "principalId");
    String client = identityValue("clientID", "clientId");
    createTask(taskFile, resource);
    addCredential(baseServer, client);
    removeOldRole(principal, baseId);

    az.title("The wrong way first: the identity has no role on " + BASE + " yet");
    ShownAz.Result refused =
        az.attempt("acr", "task", "run", "--name", TASK, "--registry", REGISTRY);
    String said = refused.output().toLowerCase(Locale.ROOT);
    if (refused.exitCode() == 0
        || !said.contains("acrpull")
        || !said.contains(baseId.toLowerCase(Locale.ROOT))) {
      throw new LocalException(
          "The run without a role should have failed and named what is missing.");
    }
    az.remark("As it should be: the error names the identity, the missing role and its scope.");

    grantAndRun(principal, baseId);
  }

  private void systemAssigned(Path taskFile, String baseServer, String baseId) {
    az.title("Option 2: a task with a system-assigned identity");
    createTask(taskFile, "");
    String principal =
        az.value(
            "principalID",
            "acr",
            "task",
            "show",
            "--name",
            TASK,
            "--registry",
            REGISTRY,
            "--query",
            "identity.principalId");
    addCredential(baseServer, "[system]");
    grantAndRun(principal, baseId);
  }

  private String identityValue(String variable, String query) {
    return az.value(
        variable,
        "identity",
        "show",
        "--resource-group",
        GROUP,
        "--name",
        IDENTITY,
        "--query",
        query);
  }

  private void createTask(Path taskFile, String identity) {
    List<String> words =
        List.of(
            "acr",
            "task",
            "create",
            "--registry",
            REGISTRY,
            "--name",
            TASK,
            "--context",
            "/dev/null",
            "--file",
            taskFile.toString(),
            "--assign-identity");
    az.run(
        identity.isEmpty()
            ? words.toArray(String[]::new)
            : Stream.concat(words.stream(), Stream.of(identity)).toArray(String[]::new));
  }

  private void addCredential(String baseServer, String identity) {
    az.run(
        "acr",
        "task",
        "credential",
        "add",
        "--name",
        TASK,
        "--registry",
        REGISTRY,
        "--login-server",
        baseServer,
        "--use-identity",
        identity);
  }

  /** A second demo finds the identity of the first with its role. */
  private void removeOldRole(String principal, String baseId) {
    String old =
        az.quietValue(
            "role",
            "assignment",
            "list",
            "--assignee",
            principal,
            "--scope",
            baseId,
            "--query",
            "[].id");
    if (!old.isEmpty()) {
      az.remark("The role is there from an earlier demo; removing it.");
      az.run(
          "role",
          "assignment",
          "delete",
          "--assignee",
          principal,
          "--scope",
          baseId,
          "--role",
          "acrpull");
    }
  }

  private void grantAndRun(String principal, String baseId) {
    az.run(
        "role",
        "assignment",
        "create",
        "--assignee",
        principal,
        "--scope",
        baseId,
        "--role",
        "acrpull");
    az.run("acr", "task", "run", "--name", TASK, "--registry", REGISTRY);
    az.run(
        "acr",
        "repository",
        "show-tags",
        "--name",
        REGISTRY,
        "--repository",
        "hello-world",
        "--output",
        "tsv");
  }

  private Path writeTaskFile(String baseServer) {
    Path file = folder.resolve(TASK + ".yaml");
    String text =
        """
        version: v1.1.0
        steps:
          - build: -t $Registry/hello-world:$ID %s#main -f Dockerfile-app --build-arg REGISTRY_NAME=%s
          - push: ["$Registry/hello-world:$ID"]
        """
            .formatted(repository, baseServer);
    try {
      Files.writeString(file, text);
    } catch (IOException failed) {
      throw new LocalException(file + " cannot be written: " + failed.getMessage(), failed);
    }
    az.show("cat " + file, text);
    return file;
  }
}
