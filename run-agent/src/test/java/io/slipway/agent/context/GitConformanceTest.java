package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Conformance cases of the kinds that need git, read where they lie. */
class GitConformanceTest {
  @TempDir private Path folder;
  private ContextBench bench;
  private TestGit git;

  /** The fixture that the cases describe. */
  @BeforeEach
  void fixture() throws Exception {
    bench = new ContextBench(folder);
    git = new TestGit(folder.resolve("served"));
    Path sub = git.repository("sub.git", "main");
    Files.writeString(sub.resolve("subfile"), "subcontents");
    TestGit.commit(sub);
    TestGit.push(sub, "main");
    Path work = git.repository("app.git", "default");
    Files.writeString(work.resolve("Dockerfile"), "FROM scratch");
    TestGit.write(work, "subdir/Dockerfile", "FROM scratch\nEXPOSE 5000");
    Files.createSymbolicLink(work.resolve("parentlink"), Path.of("../subdir"));
    Files.createSymbolicLink(work.resolve("absolutelink"), Path.of("/subdir"));
    TestGit.commit(work);
    TestGit.git(work, "checkout", "-q", "-b", "test");
    Files.writeString(work.resolve("Dockerfile"), "FROM scratch\nEXPOSE 3000");
    Files.writeString(work.resolve("subdir/Dockerfile"), "FROM busybox\nEXPOSE 5000");
    TestGit.commit(work);
    TestGit.git(work, "checkout", "-q", "default");
    TestGit.git(work, "submodule", "add", "-q", folder.resolve("served/sub.git").toString(), "sub");
    TestGit.git(work, "config", "-f", ".gitmodules", "submodule.sub.url", git.at("sub.git"));
    TestGit.commit(work);
    TestGit.push(work, "default");
    TestGit.push(work, "test");
  }

  @AfterEach
  void stop() {
    git.close();
    bench.close();
  }

  @TestFactory
  Stream<DynamicTest> shouldDoWhatTheOriginalDoes() throws Exception {
    Path file = root().resolve("../shared/conformance/cases.json");
    if (!Files.exists(file)) {
      System.out.println("conformance: skipped, there is no ../shared/conformance/cases.json");
      return Stream.of();
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : new ObjectMapper().readTree(file.toFile())) {
      String id = c.get("id").asText();
      JsonNode in = c.get("input");
      JsonNode out = c.get("expected");
      switch (c.get("kind").asText()) {
        case "git-checkout" -> tests.add(dynamicTest(id, () -> checkout(id, in, out)));
        case "git-fetch-args" -> tests.add(dynamicTest(id, () -> arguments(in, out)));
        case "git-transport" -> tests.add(dynamicTest(id, () -> transport(in, out)));
        case "pat-redact" ->
            tests.add(
                dynamicTest(
                    id,
                    () ->
                        assertThat(Git.redacted(in.get("text").asText()))
                            .isEqualTo(out.get("text").asText())));
        default -> {}
      }
    }
    assertThat(tests).hasSize(26);
    return tests.stream();
  }

  private void checkout(String id, JsonNode in, JsonNode out) throws Exception {
    String fragment = in.get("fragment").asText();
    String address = git.at("app.git" + (fragment.isEmpty() ? "" : "#" + fragment));
    FetchContext fetcher = bench.fetcher(ContextBench.LIMITS, true);
    if (out.path("error").asBoolean()) {
      assertThatThrownBy(() -> fetcher.fetch(address, bench.workspace, id, bench.access()))
          .isInstanceOf(Refusal.class);
      return;
    }
    FetchedContext context = fetcher.fetch(address, bench.workspace, id, bench.access());
    assertThat(Files.readString(context.folder().resolve("Dockerfile")))
        .isEqualTo(out.get("dockerfile").asText());
    assertThat(Files.exists(context.folder().resolve("sub/subfile")))
        .isEqualTo(out.get("submoduleFile").asBoolean());
  }

  /** Ours are quieter and say where arguments begin that are no flags. */
  private static void arguments(JsonNode in, JsonNode out) {
    boolean shallow =
        !in.get("remote").asText().startsWith("http")
            || GitRedirects.isSmart(in.get("infoRefsContentType").asText());
    List<String> ours =
        new ArrayList<>(GitRepository.fetchArguments(shallow, in.get("ref").asText()));
    ours.removeAll(List.of("-q", "--no-tags", "--"));
    List<String> theirs = new ArrayList<>();
    out.get("argv").forEach(word -> theirs.add(word.asText()));
    assertThat(ours).isEqualTo(theirs);
  }

  private static void transport(JsonNode in, JsonNode out) {
    String url = in.get("url").asText().replaceFirst("#.*", "");
    boolean known;
    try {
      known = !GitAddress.parse(url).host().isEmpty();
    } catch (IOException none) {
      known = false;
    }
    assertThat(known).isEqualTo(out.get("gitTransport").asBoolean());
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (at.getParent() != null && !Files.exists(at.resolve("docs/compatibility.md"))) {
      at = at.getParent();
    }
    return at;
  }
}
