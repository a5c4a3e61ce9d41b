package io.slipway.agent.step;

import static io.slipway.agent.HostileNeighbour.swap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.HostileNeighbour;
import io.slipway.agent.attempt.Workspace;
import io.slipway.agent.attempt.Workspaces;
import io.slipway.agent.log.RunLog;
import io.slipway.agent.log.SecretMasker;
import io.slipway.contract.RunRef;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildSecret;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single files that the agent reads and writes while a step does what it likes with their names.
 */
class HostileWorkspaceFilesTest {
  private static final String OUTSIDE = "of the machine";
  @TempDir private Path temporary;
  private Path workspace;
  private Path outside;

  @BeforeEach
  void makeFolders() throws Exception {
    workspace = Files.createDirectories(temporary.resolve("runs/one"));
    outside = Files.createDirectories(temporary.resolve("outside"));
    Files.writeString(outside.resolve("file"), OUTSIDE);
    Files.createDirectories(workspace.resolve("d"));
    Files.writeString(workspace.resolve("d/file"), "of the step");
  }

  private HostileNeighbour swapping() throws Exception {
    return HostileNeighbour.playing(
        swap(workspace.resolve("d"), outside),
        swap(workspace.resolve("d/file"), outside.resolve("file")));
  }

  @Test
  void readsNoFileOfTheMachine() throws Exception {
    List<String> read = new ArrayList<>();
    try (HostileNeighbour neighbour = swapping()) {
      for (int i = 0; i < 1500 || read.isEmpty(); i++) {
        try {
          byte[] content = WorkspaceFile.read(workspace, "d/file", "the file", 100);
          read.add(new String(content, StandardCharsets.UTF_8));
        } catch (Refusal changing) {
          assertThat(changing).hasMessageStartingWith("the file is ");
        }
      }
    }
    assertThat(read).containsOnly("of the step");
  }

  @Test
  void writesAndDeletesNoFileOfTheMachine() throws Exception {
    int written = 0;
    try (HostileNeighbour neighbour =
        HostileNeighbour.playing(swap(workspace.resolve("d"), outside))) {
      for (int i = 0; i < 2000 || written == 0; i++) {
        try {
          WorkspaceFile.write(workspace, "d/file", "the file", "sha256:1");
          written++;
        } catch (Refusal changing) {
          assertThat(changing).hasMessageStartingWith("the file cannot be written");
        }
        assertThat(outside.resolve("file")).hasContent(OUTSIDE);
      }
    }
    assertThat(outside.toFile().list()).containsExactly("file");
  }

  @Test
  void deletesNothingOfTheMachine() throws Exception {
    Path swapped = workspace.resolve("left/swapped");
    for (int i = 0; i < 10; i++) {
      Files.createDirectories(swapped);
      for (int j = 0; j < 100; j++) {
        Files.writeString(swapped.resolve("file" + j), "of the step");
        Files.writeString(outside.resolve("file" + j), OUTSIDE);
      }
      try (HostileNeighbour neighbour = HostileNeighbour.playing(swap(swapped, outside))) {
        Workspaces.remove(swapped.getParent());
      } catch (FileSystemException changing) {
        // It may give up, but never at the cost of others.
      }
      Workspaces.remove(swapped.getParent());
      assertThat(swapped.getParent()).doesNotExist();
      assertThat(outside.toFile().list()).hasSize(101);
    }
  }

  @Test
  void givesABuildTheSecretAsItWasWhenTheBuildBegan() throws Exception {
    RunLog log =
        new RunLog(
            new RunRef(UUID.randomUUID(), "cf10", "r", null, 1),
            0,
            100_000,
            InstantSource.system(),
            piece -> {});
    Path secrets = temporary.resolve("secrets/one");
    Workspace made = new Workspace(workspace);
    Path file = made.made().resolve("token");
    Files.writeString(file, "of the step");
    try (SecretVolumes volumes = SecretVolumes.make(List.of(), secrets, log)) {
      BuildSecrets build =
          new BuildSecrets(volumes, made, new SecretMasker(), Steps.step("").container());
      List<BuildSecret> wanted = List.of(new BuildSecret("t", "token", null));

      Path kept = build.files(wanted).get("t");
      Files.delete(file);
      Files.createSymbolicLink(file, outside.resolve("file"));

      assertThat(kept).hasContent("of the step").startsWith(secrets);
      assertThatThrownBy(() -> build.files(wanted))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              "the file of --secret t, 'token', is a link that leads out of the workspace, or to nothing in it");
      Files.delete(file);
      Files.write(file, new byte[(500 << 10) + 1]);
      assertThatThrownBy(() -> build.files(wanted)).hasMessageContaining("is larger than 500 KiB");
    }
  }
}
