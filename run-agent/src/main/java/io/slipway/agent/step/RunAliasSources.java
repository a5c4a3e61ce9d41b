package io.slipway.agent.step;

import io.slipway.agent.context.FetchText;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.alias.AliasSources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Reads what {@code alias: src:} names: a file of the run's context, or a text at an address. */
final class RunAliasSources implements AliasSources {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final FetchText fetchText;
  private final Path workspace;

  RunAliasSources(FetchText fetchText, Path workspace) {
    this.fetchText = fetchText;
    this.workspace = workspace;
  }

  @Override
  public String read(String source) throws IOException {
    String lower = source.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      try {
        return fetchText.get(source, LIMIT);
      } catch (IOException failed) {
        throw new IOException(source + ": " + failed.getMessage(), failed);
      }
    }
    try {
      return WorkspaceFile.read(workspace, "alias file", source);
    } catch (Refusal refused) {
      throw new IOException(refused.getMessage(), refused);
    }
  }
}
