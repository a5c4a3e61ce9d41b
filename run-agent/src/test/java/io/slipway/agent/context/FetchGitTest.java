package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskfile.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real repositories over git's smart HTTP. */
class FetchGitTest {
  private static final String TOKEN = "t0ken-for-git-77f1";
  @TempDir private Path folder;
  private ContextBench bench;
  private TestGit git;
  private Path work;
  private String first;
  private String head;

  @BeforeEach
  void repository() throws Exception {
    bench = new ContextBench(folder);
    git = new TestGit(folder.resolve("served"));
    work = git.repository("app.git", "trunk");
    TestGit.write(work, "Dockerfile", "FROM scratch\n");
    TestGit.write(work, "sub/Dockerfile", "FROM busybox\n");
    first = TestGit.commit(work);
    TestGit.push(work, "trunk");
    TestGit.push(work, "trunk:refs/heads/feature/x");
    TestGit.git(work, "tag", "v1");
    TestGit.push(work, "v1");
    TestGit.write(work, "second", "2");
    head = TestGit.commit(work);
    TestGit.push(work, "trunk");
    TestGit.write(work, "pull", "3");
    TestGit.commit(work);
    TestGit.push(work, "trunk:refs/pull/7/head");
  }

  @AfterEach
  void stop() {
    git.close();
    bench.close();
  }

  private FetchedContext fetch(String address) throws Exception {
    return fetch(address, bench.access());
  }

  private FetchedContext fetch(String address, ContextAccess access) throws Exception {
    return bench
        .fetcher(ContextBench.LIMITS, true)
        .fetch(address, bench.workspace, "build-1", access);
  }

  private FetchedContext fetchRun(String address) throws Exception {
    return bench
        .fetcher(ContextBench.LIMITS, true)
        .fetchRun(ContextBench.step(address, null), bench.access());
  }

  @Test
  void shouldFetchTheRemotesOwnDefault() throws Exception {
    FetchedContext context = fetchRun(git.at("app.git"));

    assertThat(context.folder()).isEqualTo(bench.workspace.toRealPath());
    assertThat(context.revision()).isEqualTo(head);
    assertThat(context.branch()).isEqualTo("trunk");
    assertThat(bench.workspace.resolve("second")).exists();
    assertThat(bench.log())
        .containsSubsequence("Downloading source code...", "Finished downloading source code");
  }

  @Test
  void shouldFetchABranchWithoutItsHistory() throws Exception {
    FetchedContext context = fetchRun(git.at("app.git#trunk"));

    assertThat(context.branch()).isEqualTo("trunk");
    assertThat(TestGit.git(bench.workspace, "rev-list", "--count", "HEAD").strip()).isEqualTo("1");
  }

  @Test
  void shouldFetchBranchesTagsCommitsAndPullRequests() throws Exception {
    assertThat(fetch(git.at("app.git#feature%2Fx")).revision()).isEqualTo(first);
    FetchedContext other =
        bench
            .fetcher(ContextBench.LIMITS, true)
            .fetch(git.at("app.git#v1"), bench.workspace, "tag", bench.access());
    assertThat(other.revision()).isEqualTo(first);
    assertThat(other.branch()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 8})
  void shouldFetchACommitByItsIdOrTheBeginningOfIt(int length) throws Exception {
    FetchedContext context = fetch(git.at("app.git#" + first.substring(0, length)));

    assertThat(context.revision()).isEqualTo(first);
    assertThat(context.folder().resolve("second")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pull/7/head", "refs/pull/7/head"})
  void shouldFetchAPullRequest(String ref) throws Exception {
    assertThat(fetch(git.at("app.git#" + ref)).folder().resolve("pull")).exists();
  }

  @Test
  void shouldGiveARunTheContentOfTheFolder() throws Exception {
    FetchedContext context = fetchRun(git.at("app.git#trunk:sub"));

    assertThat(context.revision()).isEqualTo(head);
    assertThat(bench.workspace.resolve("Dockerfile")).hasContent("FROM busybox");
    assertThat(bench.workspace.resolve(".git")).doesNotExist();
  }

  @Test
  void shouldNeverFetchIntoAContextThatStepsHaveSeen() throws Exception {
    fetch(git.at("app.git"));
    Files.writeString(
        bench.workspace.resolve("build-1/.git/config"), "[core]\n\tsshCommand = touch pwned\n");
    int asked = git.seen.size();

    assertThatThrownBy(() -> fetch(git.at("app.git"))).hasMessageContaining("has 'build-1'");
    assertThat(git.seen).hasSize(asked);
  }

  @Test
  void shouldNotOverwriteWhatTheRunHasInThePlaceOfAStepsContext() throws Exception {
    Files.createDirectories(bench.workspace.resolve("build-1"));

    assertThatThrownBy(() -> fetch(git.at("app.git")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("give the step another id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#--upload-pack=touch%20x",
        "#-x",
        "#a%20b",
        "#a..b",
        "#$(id)",
        "#a;b",
        "#x@%7B1%7D"
      })
  void rejectsReferencesThatAreNone(String fragment) {
    assertThatThrownBy(() -> fetch(git.at("app.git" + fragment)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not a git reference");
    assertThat(git.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"#nonexist", "#trunk:nothing", "#trunk:../x", "#trunk:Dockerfile"})
  void rejectsWhatTheRepositoryHasNot(String fragment) {
    assertThatThrownBy(() -> fetch(git.at("app.git" + fragment)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("failed to download context");
  }

  @Test
  void shouldFetchSubmodulesOfTheSameServerWithTheSameToken() throws Exception {
    Path inner = git.repository("inner.git", "main");
    TestGit.write(inner, "deep", "x");
    TestGit.commit(inner);
    TestGit.push(inner, "main");
    Path lib = git.repository("lib.git", "main");
    TestGit.git(lib, "submodule", "add", "-q", folder.resolve("served/inner.git").toString(), "in");
    TestGit.git(lib, "config", "-f", ".gitmodules", "submodule.in.url", "../inner.git");
    TestGit.commit(lib);
    TestGit.push(lib, "main");
    TestGit.git(
        work, "submodule", "add", "-q", folder.resolve("served/lib.git").toString(), "a/lib");
    TestGit.git(work, "config", "-f", ".gitmodules", "submodule.a/lib.url", git.at("lib.git"));
    TestGit.commit(work);
    TestGit.push(work, "trunk");
    git.password = TOKEN;

    FetchedContext context = fetch(git.at(TOKEN + "@", "app.git"));

    assertThat(context.folder().resolve("a/lib/in/deep")).exists();
  }

  @Test
  void shouldNotShowATokenToTheServerOfASubmodule() throws Exception {
    try (TestGit other = new TestGit(folder.resolve("other"))) {
      Path lib = other.repository("lib.git", "main");
      TestGit.write(lib, "x", "x");
      TestGit.commit(lib);
      TestGit.push(lib, "main");
      submodule(lib, other.at("lib.git"));
      git.password = TOKEN;

      FetchedContext context = fetch(git.at(TOKEN + "@", "app.git"));

      assertThat(context.folder().resolve("lib/x")).exists();
      assertThat(other.seen).isNotEmpty().allMatch(line -> line.endsWith(" null"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ext::sh -c 'touch pwned'",
        "file:///etc",
        "/etc",
        "--upload-pack=sh",
        "http://0.0.0.0:PORT/lib.git",
        "../../../../x.git"
      })
  void rejectsSubmodulesThatAreNoRepositoriesOfAllowedHosts(String url) throws Exception {
    Path lib = git.repository("lib.git", "main");
    TestGit.write(lib, "x", "x");
    TestGit.commit(lib);
    TestGit.push(lib, "main");
    submodule(lib, url.replace("http://0.0.0.0:PORT/lib.git", ofNoHost("lib.git")));

    assertThatThrownBy(() -> fetch(git.at("app.git"))).isInstanceOf(Refusal.class);
    try (var files = Files.walk(folder)) {
      assertThat(files).noneMatch(file -> file.endsWith("pwned"));
    }
  }

  /**
   * The server of these tests by an address that is refused for the same reason as link-local ones.
   */
  private String ofNoHost(String name) {
    return git.at(name).replace("127.0.0.1", "0.0.0.0");
  }

  private void submodule(Path lib, String url) throws Exception {
    Path bare = Path.of(TestGit.git(lib, "remote", "get-url", "origin").strip());
    TestGit.git(work, "submodule", "add", "-q", bare.toString(), "lib");
    TestGit.git(work, "config", "-f", ".gitmodules", "submodule.lib.url", url);
    TestGit.commit(work);
    TestGit.push(work, "trunk");
  }

  @Test
  void shouldOpenTheRunsServerWithTheRunsTokenAndNoOther() throws Exception {
    git.password = TOKEN;
    String server = "http://127.0.0.1:" + git.port();

    assertThat(fetch(git.at("app.git"), bench.access(TOKEN, server)).revision()).isEqualTo(head);
    assertThatThrownBy(() ->
            bench
                .fetcher(ContextBench.LIMITS, true)
                .fetch(
                    git.at("app.git"),
                    bench.workspace,
                    "two",
                    bench.access(TOKEN, "https://git.example:443")))
        .isInstanceOf(Refusal.class);
    assertThat(bench.log()).doesNotContain(TOKEN);
  }

  @Test
  void shouldKnowWhichServerATokenIsFor() {
    assertThat(ContextAccess.server("https://org@dev.azure.com/org/p/_git/r#main"))
        .isEqualTo("https://dev.azure.com:443");
    assertThat(ContextAccess.server("github.com/a/b")).isEqualTo("https://github.com:443");
    assertThat(ContextAccess.server("http://git.example/a.git")).isNull();
    assertThat(ContextAccess.server("https://host.example/a.tar.gz")).isNull();
    assertThat(ContextAccess.server("/dev/null")).isNull();
  }

  @Test
  void shouldLeaveNoSecretAndNothingElseBesideTheWorkspace() throws Exception {
    git.password = TOKEN;
    fetch(git.at(TOKEN + "@", "app.git"));

    try (var beside = Files.list(bench.workspace.getParent())) {
      assertThat(beside).containsExactly(bench.workspace);
    }
    try (var files = Files.walk(bench.workspace)) {
      assertThat(files.filter(Files::isRegularFile))
          .noneMatch(file -> FetchContextTest.read(file).contains(TOKEN));
    }
  }

  @Test
  void rejectsARepositoryWithMoreThanTheLimitBeforeItIsCheckedOut() throws Exception {
    assertThatThrownBy(() ->
            bench
                .fetcher(new ContextLimits(1 << 20, 1 << 20, 2, 1 << 20), true)
                .fetch(git.at("app.git"), bench.workspace, "few", bench.access()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("over 2 entries");
    assertThat(bench.workspace.resolve("few/Dockerfile")).doesNotExist();
    assertThatThrownBy(() ->
            bench
                .fetcher(new ContextLimits(1 << 20, 5, 100, 1 << 20), true)
                .fetch(git.at("app.git"), bench.workspace, "small", bench.access()))
        .hasMessageContaining("over 5 bytes");
  }

  @Test
  void rejectsSshWithoutAKeyOfTheAgent() {
    assertThatThrownBy(() -> fetch("git@127.0.0.1:a/b.git"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("git-ssh-key-file");
  }

  @Test
  void shouldFetchFilesOfLfsFromTheServerBesideTheRepository() throws Exception {
    byte[] content = "large content\n".getBytes(StandardCharsets.UTF_8);
    String oid = lfsPointer(content);
    lfs(oid, content);
    git.password = "";

    FetchedContext context = fetch(git.at("app.git"));

    assertThat(context.folder().resolve("big.bin")).hasBinaryContent(content);
    assertThat(context.folder().resolve("plain.txt"))
        .content()
        .startsWith("version https://git-lfs");
  }

  @Test
  void rejectsAFileOfLfsThatIsNotWhatThePointerSays() throws Exception {
    byte[] content = "large content\n".getBytes(StandardCharsets.UTF_8);
    lfs(lfsPointer(content), "other content\n".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> fetch(git.at("app.git")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'big.bin' is not that file");
  }

  @Test
  void rejectsAnLfsServerOnAHostThatIsNotAllowed() throws Exception {
    lfsPointer(new byte[] {1});
    TestGit.write(work, ".lfsconfig", "[lfs]\n\turl = " + ofNoHost("lfs") + "\n");
    TestGit.commit(work);
    TestGit.push(work, "trunk");

    assertThatThrownBy(() -> fetch(git.at("app.git")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("0.0.0.0");
  }

  private String lfsPointer(byte[] content) throws Exception {
    String oid = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    String pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
            .formatted(oid, content.length);
    TestGit.write(work, ".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    TestGit.write(work, "plain.txt", pointer);
    TestGit.write(work, "big.bin", pointer);
    // The machine's git may have LFS set up; here its pointer goes in as it is.
    TestGit.git(work, "config", "filter.lfs.clean", "cat");
    TestGit.commit(work);
    TestGit.push(work, "trunk");
    return oid;
  }

  private void lfs(String oid, byte[] content) {
    ObjectMapper json = new ObjectMapper();
    git.server()
        .createContext(
            "/app.git/info/lfs/objects/batch",
            exchange -> {
              JsonNode asked = json.readTree(exchange.getRequestBody());
              ObjectNode answer = json.createObjectNode().put("transfer", "basic");
              ObjectNode object = answer.putArray("objects").addObject();
              object.put("oid", asked.at("/objects/0/oid").asText());
              object.put("size", asked.at("/objects/0/size").asLong());
              object
                  .putObject("actions")
                  .putObject("download")
                  .put("href", git.at("lfs-files/" + oid));
              byte[] body = json.writeValueAsBytes(answer);
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            });
    git.server()
        .createContext(
            "/lfs-files/" + oid,
            exchange -> {
              exchange.sendResponseHeaders(200, content.length);
              exchange.getResponseBody().write(content);
              exchange.close();
            });
  }
}
