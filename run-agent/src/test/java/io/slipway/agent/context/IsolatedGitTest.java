package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.builder.Builder;
import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.DockerOptions;
import io.slipway.builder.EngineRun;
import io.slipway.builder.RegistryConnections;
import io.slipway.builder.RegistryOptions;
import io.slipway.builder.RunEnvironment;
import io.slipway.taskfile.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Git in a container of the built-in engine, as agents run it. */
class IsolatedGitTest {
  @TempDir private static Path engineFolder;
  private static ContainerEngine engine;
  private static RegistryConnections registries;
  @TempDir private Path folder;
  private ContextBench bench;
  private TestGit git;
  private EngineRun run;

  @BeforeAll
  static void openEngine() throws Exception {
    engine =
        Builder.load()
            .open(BuiltinOptions.in(engineFolder.resolve("engine")), InstantSource.system());
    boolean works =
        engine.probes().stream()
            .anyMatch(probe -> probe.subject().equals("RUN and cmd") && probe.works());
    if (!works) {
      System.out.println("IsolatedGitTest is skipped: " + engine.probes());
    }
    assumeTrue(works, "containers cannot be started here");
    registries = Builder.load().connect(RegistryOptions.NONE);
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
    if (registries != null) {
      registries.close();
    }
  }

  @BeforeEach
  void serve() throws Exception {
    bench = new ContextBench(folder);
    git = new TestGit(folder.resolve("served"));
    run =
        engine.openRun(
            new RunEnvironment(
                "run-" + UUID.randomUUID(),
                () -> bench.workspace,
                registries.access(CredentialSource.none()),
                "tenant",
                "runs"));
    bench.programs = run::isolate;
  }

  @AfterEach
  void stop() {
    run.close();
    git.close();
    bench.close();
  }

  private FetchedContext fetch(String address) throws Exception {
    return bench
        .fetcher(ContextBench.LIMITS, true)
        .fetch(address, bench.workspace, "build-" + UUID.randomUUID(), bench.access());
  }

  @Test
  void shouldFetchARepositoryWithSubmodulesAndAPassword() throws Exception {
    Path lib = git.repository("lib.git", "main");
    TestGit.write(lib, "file", "of the submodule");
    TestGit.commit(lib);
    TestGit.push(lib, "main");
    Path work = git.repository("app.git", "main");
    TestGit.write(work, "a file", "of the repository");
    Path bare = Path.of(TestGit.git(lib, "remote", "get-url", "origin").strip());
    TestGit.git(work, "submodule", "add", "-q", bare.toString(), "lib");
    TestGit.git(work, "config", "-f", ".gitmodules", "submodule.lib.url", "../lib.git");
    String head = TestGit.commit(work);
    TestGit.push(work, "main");
    git.password = "t0ken";

    FetchedContext context = fetch(git.at("t0ken@", "app.git") + "#main");

    assertThat(context.folder().resolve("a file")).hasContent("of the repository");
    assertThat(context.folder().resolve("lib/file")).hasContent("of the submodule");
    assertThat(context.revision()).isEqualTo(head);
    assertThat(context.branch()).isEqualTo("main");
  }

  @Test
  void rejectsARepositoryThatIsNotThereInGitsOwnWords() {
    assertThatThrownBy(() -> fetch(git.at("none.git"))).isInstanceOf(Refusal.class);
    assertThat(bench.log()).contains("none.git");
  }

  /** An alias runs what a server would make git run if it had found a hole in it. */
  @Test
  void whoeverOwnsGitSeesNothingOfTheAgent() throws Exception {
    seesNothingOfTheAgent(run::isolate);
  }

  /** Docker's daemon is not asked: its steps are elsewhere, git is here. */
  @Test
  void norDoesItWhereDockerExecutesTheSteps() throws Exception {
    ContainerEngine docker =
        Builder.load()
            .open(
                new DockerOptions("false", null, folder.resolve("docker"), false, false),
                Optional.of(engine));
    EngineRun ofDocker =
        docker.openRun(
            new RunEnvironment(
                "run-" + UUID.randomUUID(),
                () -> bench.workspace,
                registries.access(CredentialSource.none()),
                "tenant",
                "runs"));
    try {
      seesNothingOfTheAgent(ofDocker::isolate);
    } finally {
      ofDocker.close();
    }
  }

  private void seesNothingOfTheAgent(ContextAccess.Programs programs) throws Exception {
    Path tree = Files.createDirectories(folder.resolve("context/tree"));
    Path password = Files.writeString(folder.resolve("context/credentials"), "of this context");
    Path secret = Files.writeString(folder.resolve("agent.secret"), "of the agent");
    long agent = ProcessHandle.current().pid();
    String script =
        """
        !exec 2>&1
        cat %1$s; cat %2$s || echo no secret
        ls -A %3$s %3$s/context
        echo x > %2$s || echo no write
        echo x > /usr/x || echo no program
        echo x > /x || echo no root
        echo x > %1$s || echo no password
        kill -0 %4$d || echo no signal
        ls /proc/%4$d || echo no process
        grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status
        mount -t tmpfs t /mnt || echo no mount
        chown 1 . || echo no owner
        echo mine > file
        """
            .formatted(password, secret, folder, agent);
    Git owned =
        new Git(
            tree,
            List.of(password),
            List.of("-c", "alias.own=" + script),
            "ssh",
            false,
            programs,
            () -> {},
            line -> {});

    String said = owned.run("own");

    assertThat(said)
        .contains("of this context", "no secret", "no write", "no program", "no root")
        .contains("no password", "no signal", "no process", "no mount", "no owner")
        .doesNotContain("of the agent", "served")
        .containsPattern("CapBnd:\\s+0+\\n")
        .containsPattern("CapEff:\\s+0+\\n")
        .containsPattern("NoNewPrivs:\\s+1")
        .containsPattern("Seccomp:\\s+2");
    assertThat(secret).hasContent("of the agent");
    assertThat(password).hasContent("of this context");
    assertThat(tree.resolve("file")).hasContent("mine");
  }
}
