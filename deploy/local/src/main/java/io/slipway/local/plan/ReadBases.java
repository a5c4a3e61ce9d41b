package io.slipway.local.plan;

import io.slipway.builder.BaseImages;
import io.slipway.builder.Builder;
import io.slipway.builder.EngineException;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.ContextAddress;
import io.slipway.taskfile.build.NamedContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the Dockerfile of a build step, if it lies in the folder that stands for the workspace. */
final class ReadBases {
  private static final long LARGEST = 1 << 20;

  private final Path workspace;

  ReadBases(Path workspace) {
    this.workspace = workspace.toAbsolutePath().normalize();
  }

  BuildBases of(BuildCommand command, String workingDirectory) {
    if (!(ContextAddress.parse(command.context()) instanceof ContextAddress.Local local)) {
      return BuildBases.unknown(
          command.file() == null ? "Dockerfile" : command.file(),
          "planning does not fetch its context " + command.context());
    }
    String name = command.dockerfile(local.path());
    Path file = workspace.resolve(workingDirectory).resolve(name).normalize();
    if (!file.startsWith(workspace)) {
      return BuildBases.unknown(name, "it is outside " + workspace);
    }
    try {
      if (Files.size(file) > LARGEST) {
        return BuildBases.unknown(name, "it has more than " + LARGEST + " bytes");
      }
      BaseImages images =
          Builder.load()
              .baseImages(
                  Files.readString(file),
                  command.buildArgs(),
                  command.target(),
                  "linux/amd64",
                  command.namedContexts().map(NamedContext::inRegistry));
      return new BuildBases(name, images.runtime(), images.buildtime(), null);
    } catch (NoSuchFileException missing) {
      return BuildBases.unknown(name, "there is no such file in " + workspace);
    } catch (EngineException malformed) {
      return BuildBases.unknown(name, String.valueOf(malformed.getMessage()));
    } catch (IOException unreadable) {
      return BuildBases.unknown(name, "it cannot be read: " + unreadable.getMessage());
    }
  }
}
