package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitFolderTest {
  private static final String KEEP = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

  @TempDir Path folder;

  private Path context() throws Exception {
    Path context = Files.createDirectory(folder.resolve("context"));
    Files.writeString(Files.createDirectories(context.resolve(".git/refs")).resolve("x"), "x");
    Files.createDirectories(context.resolve("below/.git"));
    return context;
  }

  @ParameterizedTest
  @CsvSource({"1,true", "true,true", "0,false", "false,false", "yes,false", "'',false"})
  void shouldBeKeptIfTheBuildAsksForIt(String value, boolean kept) throws Exception {
    Path context = context();

    GitFolder.leaveOut(context, Map.of(KEEP, value));

    assertThat(Files.exists(context.resolve(".git/refs/x"))).isEqualTo(kept);
  }

  @Test
  void shouldBeLeftOutOfTheContextAndOfNoFolderBelow() throws Exception {
    Path context = context();

    GitFolder.leaveOut(context, Map.of());
    GitFolder.leaveOut(context, Map.of());

    assertThat(context.toFile().list()).containsExactly("below");
    assertThat(context.resolve("below/.git")).exists();
  }

  @Test
  void shouldNotBeLookedForBehindALink() throws Exception {
    Path context = context();
    Path link = Files.createSymbolicLink(folder.resolve("link"), context);

    assertThatThrownBy(() -> GitFolder.leaveOut(link, Map.of())).isInstanceOf(Refusal.class);

    assertThat(context.resolve(".git/refs/x")).exists();
  }
}
