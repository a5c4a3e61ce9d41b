package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.EngineException;
import io.slipway.builder.GitRepositories;
import io.slipway.builder.support.Workbench;
import io.slipway.taskfile.build.ContextAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ADD} of git repositories: what of them lands in the image. */
@Timeout(60)
class AddRepositoryTest {
  private static final String APP = "https://git.example/app.git";

  @TempDir Path folder;

  /** What the builder asked for, and with which token. */
  private final List<String> asked = new ArrayList<>();

  private Path work;

  /** Real git; only the way to a server is left out. */
  private GitRepositories.Checkout fetch(ContextAddress.Git git, String token, Path into)
      throws EngineException {
    asked.add(git.address() + " " + git.ref() + " " + token);
    try {
      git(folder, "clone", "-q", work.toString(), into.toString());
      if (!git.ref().isEmpty()) {
        git(into, "fetch", "-q", "origin", git.ref());
        git(into, "checkout", "-q", "FETCH_HEAD");
      }
      String commit = git(into, "rev-parse", "HEAD").strip();
      return new GitRepositories.Checkout(into.resolve(git.folder()), commit);
    } catch (IOException | InterruptedException failed) {
      throw EngineException.user(failed);
    }
  }

  private static String git(Path in, String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@localhost"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
    return said;
  }

  private String commit(String text) throws Exception {
    Files.writeString(Files.createDirectories(work.resolve("docs")).resolve("a.md"), text);
    git(work, "add", ".");
    git(work, "commit", "-qm", "change");
    return git(work, "rev-parse", "HEAD").strip();
  }

  @Test
  void takesWhatIsAskedForAndNoMore() throws Exception {
    work = Files.createDirectories(folder.resolve("work"));
    git(work, "init", "-q", "-b", "main");
    Files.writeString(work.resolve("run.sh"), "#!/bin/sh\n").toFile().setExecutable(true);
    String first = commit("one");
    git(work, "tag", "v1");
    String second = commit("two");
    try (Workbench bench = Workbench.builtin(folder, "runc")) {
      bench.repositories = this::fetch;
      String[] file = {
        "FROM test.local/base:1",
        "ARG REF=v1",
        "ADD " + APP + "#$REF /tagged",
        "ADD --chown=app:extra " + APP + "#main:docs /docs",
        "ADD --keep-git-dir=true --checksum=" + second + " " + APP + " /whole",
        "ADD " + APP + "?tag=v1&subdir=docs&checksum=" + first.substring(0, 12) + " /asked",
        "ADD " + APP + "?ref=main&keep-git-dir=true " + APP + "/#main /both/",
      };
      String printed = bench.build(file);

      assertThat(printed).contains(APP + " is at " + first, APP + " is at " + second);
      assertThat(bench.sh("cd /; cat */docs/a.md docs/a.md asked/a.md; ls -d */.git; ls tagged"))
          .isEqualTo("twoonetwotwoone" + "both/.git\nwhole/.git\ndocs\nrun.sh");
      assertThat(bench.sh("stat -c '%u:%g' /docs/a.md /whole/run.sh")).isEqualTo("1000:77\n0:0");
      assertThat(bench.sh("test -x /tagged/run.sh && echo yes")).isEqualTo("yes");
      // git writes .git anew each time, so that what comes after it is made again.
      assertThat(bench.build(file).split("Using cache", -1)).as("nothing changed").hasSize(3);
      assertThatThrownBy(
              () -> bench.build("FROM scratch", "ADD --checksum=" + first + " " + APP + " /x"))
          .hasMessageContaining("digest mismatch: " + APP + " has " + second);
      assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + APP + "#none /x"))
          .hasMessageContaining("Dockerfile line 2: ADD " + APP + ": ");

      assertThat(asked).allMatch(line -> line.endsWith(" null"));
      asked.clear();
      bench.secrets.put("GIT_AUTH_TOKEN", Files.writeString(folder.resolve("all"), "for-all\n"));
      bench.build("FROM scratch", "ADD " + APP + " /x");
      bench.secrets.put(
          "GIT_AUTH_TOKEN.git.example", Files.writeString(folder.resolve("one"), "for-one"));
      bench.build("FROM scratch", "ADD " + APP + " /x");
      assertThat(asked).containsExactly(APP + "  for-all", APP + "  for-one");
    }
  }
}
