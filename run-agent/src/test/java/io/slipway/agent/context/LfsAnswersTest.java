package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an LFS server answers is a stranger's: nothing in it is a failure of the agent. */
class LfsAnswersTest {
  private static final String OID = "a".repeat(64);

  @TempDir private Path folder;
  private ContextBench bench;
  private TestGit git;

  @BeforeEach
  void repository() throws Exception {
    bench = new ContextBench(folder);
    git = new TestGit(folder.resolve("served"));
    git.password = "";
    Path work = git.repository("app.git", "trunk");
    TestGit.write(work, ".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    TestGit.write(
        work,
        "big.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 5\n".formatted(OID));
    TestGit.git(work, "config", "filter.lfs.clean", "cat");
    TestGit.commit(work);
    TestGit.push(work, "trunk");
  }

  @AfterEach
  void stop() {
    git.close();
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "{'objects': null}",
        "{'objects': [null]}",
        "{'objects': [{'oid': null}]}",
        "{'objects': [{'oid': '$', 'actions': {'download': {'href': 'not an address'}}}]}",
        "{'objects': [{'oid': '$', 'actions': {'download':"
            + " {'href': 'http://127.0.0.1:1/', 'header': {'A': null}}}}]}",
        "{'objects': [{'oid': '$', 'actions': {'download': {'href': 'http://127.0.0.1:70000/'}}}]}"
      })
  void rejectsWhatIsNotAnAnswer(String answer) {
    byte[] body = answer.replace('\'', '"').replace("$", OID).getBytes(StandardCharsets.UTF_8);
    git.server()
        .createContext(
            "/app.git/info/lfs/objects/batch",
            exchange -> {
              exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            });

    assertThatThrownBy(() ->
            bench
                .fetcher(ContextBench.LIMITS, true)
                .fetch(git.at("app.git"), bench.workspace, "step", bench.access()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("failed to download context");
  }
}
