package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceFileTest {
  @TempDir Path temp;
  private Path workspace;

  @BeforeEach
  void makeWorkspace() throws Exception {
    workspace = Files.createDirectories(temp.resolve("runs/one"));
    Files.createDirectories(workspace.resolve("ci"));
    Files.writeString(workspace.resolve("ci/task.yaml"), "steps: []");
    Files.writeString(temp.resolve("secret"), "s3cret");
    Files.createSymbolicLink(workspace.resolve("link"), temp.resolve("secret"));
    Files.createSymbolicLink(workspace.resolve("out"), temp);
  }

  @Test
  void shouldReadFilesOfTheContext() throws Exception {
    assertThat(WorkspaceFile.read(workspace, "task file", "ci/task.yaml")).isEqualTo("steps: []");
    assertThat(WorkspaceFile.read(workspace, "task file", "./ci/../ci/task.yaml")).isNotEmpty();
    assertThat(WorkspaceFile.read(workspace, "task file", "/workspace/ci/task.yaml")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../secret", "/etc/passwd", "link", "out/secret", "ci", "ci/../../../secret"})
  void shouldReadNothingElse(String path) {
    assertThatThrownBy(() -> WorkspaceFile.read(workspace, "task file", path))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the task file '" + path + "'")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void shouldSayThatAFileIsMissing() {
    assertThatThrownBy(() -> WorkspaceFile.read(workspace, "values file", "no.yaml"))
        .hasMessage("the values file 'no.yaml' is not in the workspace");
  }
}
