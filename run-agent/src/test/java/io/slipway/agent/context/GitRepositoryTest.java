package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetches from a real repository that is served on loopback. */
class GitRepositoryTest {
  @TempDir private Path folder;
  private HttpServer server;
  private String address;
  private String head;

  @BeforeEach
  void serve() throws Exception {
    Path work = Files.createDirectories(folder.resolve("work"));
    Files.writeString(work.resolve("Dockerfile-app"), "FROM scratch\n");
    git(work, "init", "-q", "-b", "main");
    git(work, "add", ".");
    git(work, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "one");
    head = git(work, "rev-parse", "HEAD").strip();
    Path served = Files.createDirectories(folder.resolve("served"));
    git(work, "clone", "-q", "--bare", work.toString(), served.resolve("app.git").toString());
    git(served.resolve("app.git"), "update-server-info");
    server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            served.toRealPath(),
            SimpleFileServer.OutputLevel.NONE);
    server.start();
    address = "http://127.0.0.1:" + server.getAddress().getPort() + "/app.git";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String git(Path folder, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private GitRepository fetch(String address, String ref, Path target, Consumer<String> output)
      throws Exception {
    return GitRepository.fetch(GitAddress.parse(address), List.of(), ref, target, folder, output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", ""})
  void shouldFetchABranch(String ref) throws Exception {
    Path target = folder.resolve("fetched" + ref);
    GitRepository repository = fetch(address, ref, target, line -> {});

    assertThat(repository.revision()).isEqualTo(head);
    assertThat(target.resolve("Dockerfile-app")).exists();
  }

  @Test
  void shouldFetchACommit() throws Exception {
    assertThat(fetch(address, head, folder.resolve("c"), line -> {}).revision()).isEqualTo(head);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--upload-pack=touch x", "-x", "a b", "a..b", "$(id)", "a;b", "refs/../x"})
  void rejectsReferencesThatAreNone(String ref) {
    assertThatThrownBy(() -> fetch(address, ref, folder.resolve("r"), line -> {}))
        .hasMessageContaining("no git reference");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext::sh -c 'touch pwned'", "file:///etc", "--upload-pack=sh", "/etc"})
  void rejectsAddressesThatAreNoNetworks(String hostile) {
    assertThatThrownBy(() -> fetch(hostile, "main", folder.resolve("h"), line -> {}))
        .isInstanceOf(java.io.IOException.class);
    assertThat(folder.resolve("h/pwned")).doesNotExist();
  }

  @Test
  void shouldNotPrintTokens() {
    List<String> printed = new ArrayList<>();
    String secret = address.replace("http://", "http://token-1234@").replace("app", "missing");

    assertThatThrownBy(() -> fetch(secret, "main", folder.resolve("s"), printed::add))
        .hasMessageNotContaining("token-1234");
    assertThat(printed).noneMatch(line -> line.contains("token-1234"));
  }
}
