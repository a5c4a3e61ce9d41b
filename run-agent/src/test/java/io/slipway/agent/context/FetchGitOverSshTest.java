package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's git and ssh against a real SSH server. */
class FetchGitOverSshTest {
  @TempDir private Path folder;
  private ContextBench bench;
  private TestGit git;
  private TestSshGit ssh;
  private String head;

  @BeforeEach
  void serve() throws Exception {
    bench = new ContextBench(folder);
    git = new TestGit(folder.resolve("served"));
    Path work = git.repository("app.git", "trunk");
    TestGit.write(work, "Dockerfile", "FROM scratch\n");
    head = TestGit.commit(work);
    TestGit.push(work, "trunk");
    ssh = new TestSshGit(folder.resolve("ssh"), folder.resolve("served"), "127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    ssh.close();
    git.close();
    bench.close();
  }

  private FetchedContext fetch(String address, Path key, Path knownHosts) throws Exception {
    return bench
        .fetcher(new FetchGit.SshKeys(key, knownHosts))
        .fetch(address, bench.workspace, "build-1", bench.access());
  }

  private String address() {
    return "ssh://git@127.0.0.1:" + ssh.port() + "/app.git#trunk";
  }

  @Test
  void shouldFetchWithTheKeyOfTheAgent() throws Exception {
    FetchedContext context = fetch(address(), ssh.key("agent"), ssh.knownHosts("hosts"));

    assertThat(context.revision()).isEqualTo(head);
    assertThat(context.folder().resolve("Dockerfile")).hasContent("FROM scratch");
    assertThat(ssh.seen).contains("git");
  }

  /** A name of a file is quoted for the shell that git starts ssh with. */
  @Test
  void shouldTakeFilesWhoseNamesAShellWouldRead() throws Exception {
    Path key = ssh.key("it's a $(key)");

    Path hosts = ssh.knownHosts("hosts we know, 100%h");

    assertThat(fetch(address(), key, hosts).revision()).isEqualTo(head);
  }

  /** This form has no port, so it needs the port of ssh itself. */
  @Test
  void shouldFetchFromAnAddressWithoutAScheme() throws Exception {
    String host = "127.0.7.22";
    boolean free = isFree(host);
    if (!free) {
      System.out.println(
          "FetchGitOverSshTest is skipped in part: port 22 of " + host + " is taken");
    }
    assumeTrue(free, "port 22 of " + host + " is taken");
    try (TestSshGit atItsPort =
        new TestSshGit(folder.resolve("ssh22"), folder.resolve("served"), host, 22)) {
      FetchedContext context =
          fetch(
              "git@" + host + ":app.git#trunk",
              atItsPort.key("agent"),
              atItsPort.knownHosts("hosts"));

      assertThat(context.revision()).isEqualTo(head);
    }
  }

  private static boolean isFree(String host) {
    try (ServerSocket socket = new ServerSocket(22, 1, InetAddress.getByName(host))) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  @Test
  void rejectsAPasswordWithoutPrintingIt() throws Exception {
    assertThatThrownBy(() ->
            fetch(
                address().replace("git@", "git:pa55word@"),
                ssh.key("agent"),
                ssh.knownHosts("hosts")))
        .isInstanceOf(Refusal.class)
        .hasMessageNotContaining("pa55word");
    assertThat(bench.log()).contains("takes no password").doesNotContain("pa55word");
  }

  @Test
  void rejectsAHostWithoutAKnownKey() throws Exception {
    Path none = Files.createFile(folder.resolve("none"));
    Path key = ssh.key("agent");

    for (Path hosts : new Path[] {none, null}) {
      assertThatThrownBy(() -> fetch(address(), key, hosts))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("127.0.0.1")
          .hasMessageContaining("slipway.agent.git-ssh-known-hosts-file");
    }
    assertThat(ssh.seen).isEmpty();
  }

  @Test
  void rejectsAHostThatHasAnotherKeyThanItShould() throws Exception {
    assertThatThrownBy(() -> fetch(address(), ssh.key("agent"), ssh.otherKnownHosts()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("slipway.agent.git-ssh-known-hosts-file");
    assertThat(ssh.seen).isEmpty();
  }

  @Test
  void rejectsAKeyThatTheServerDoesNotTake() throws Exception {
    assertThatThrownBy(() -> fetch(address(), ssh.strangersKey(), ssh.knownHosts("hosts")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("slipway.agent.git-ssh-key-file");
    assertThat(ssh.seen).isEmpty();
  }
}
