package io.slipway.agent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.ContextAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories that a Dockerfile names: the limits of contexts, but not their token. */
class FetchAddedTest {
  @TempDir private Path folder;

  @Test
  void usesTheTokenOfTheBuildAndNeverThatOfTheRun() throws Exception {
    try (ContextBench bench = new ContextBench(folder);
        TestGit git = new TestGit(folder.resolve("git"))) {
      Path work = git.repository("app.git", "main");
      TestGit.write(work, "docs/a.md", "a");
      String commit = TestGit.commit(work);
      TestGit.push(work, "main");
      git.password = "run-t0ken";
      ContextAccess access = bench.access("run-t0ken", "http://127.0.0.1:" + git.port());
      FetchContext fetch = bench.fetcher(ContextBench.LIMITS, true);
      ContextAddress.Git wanted = new ContextAddress.Git(git.at("app.git"), "main", "docs");

      assertThatThrownBy(() -> fetch.fetchAdded(wanted, folder.resolve("no"), null, access))
          .isInstanceOf(Refusal.class);
      assertThat(git.seen).isNotEmpty().allMatch(line -> line.endsWith(" null"));

      git.password = "build-t0ken";
      FetchedContext fetched =
          fetch.fetchAdded(wanted, folder.resolve("yes"), "build-t0ken", access);
      bench.log.output("build-t0ken");
      bench.log.endOutput();
      bench.log.flush();

      assertThat(fetched.revision()).isEqualTo(commit);
      assertThat(fetched.folder().resolve("a.md")).hasContent("a");
      assertThat(bench.log()).contains("***").doesNotContain("build-t0ken");
    }
  }

  @Test
  void rejectsTheMachinesOwnNetworksAndOptionsAsReferences() throws Exception {
    try (ContextBench bench = new ContextBench(folder)) {
      FetchContext fetch = bench.fetcher(ContextBench.LIMITS, false);
      ContextAddress.Git inner = new ContextAddress.Git("http://127.0.0.1:1/x.git", "", "");
      assertThatThrownBy(() -> fetch.fetchAdded(inner, folder.resolve("a"), null, bench.access()))
          .hasMessageContaining("slipway.agent.open-networks=127.0.0.1:");
      ContextAddress.Git option = new ContextAddress.Git(inner.address(), "--upload-pack=x", "");
      assertThatThrownBy(() -> fetch.fetchAdded(option, folder.resolve("b"), null, bench.access()))
          .hasMessageContaining("is not a git reference");
    }
  }
}
