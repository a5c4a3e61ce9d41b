package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Runs every command of the README, block by block, as a reader would who types them one after the
 * other. The platform is that of the tests: the first block is a second demo on it, the last one
 * stops it, so this test comes last.
 */
@Order(Integer.MAX_VALUE)
class ReadmeIT {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

  /** The command that would run this test again. */
  private static final String ITSELF = "./slipway test";

  private final Platform platform = Platform.shared();

  @Test
  void shouldRunEachCommandOfTheReadme() throws IOException {
    List<String> blocks = blocks();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
    assertThat(blocks.get(0)).contains("./slipway demo", ITSELF);

    platform.stopped();
    StringBuilder said = new StringBuilder();
    for (String block : blocks) {
      Command.Result result = platform.shell(Duration.ofMinutes(6), script(block), environment());
      said.append(result.succeeded().all());
    }

    assertThat(said)
        .contains("was successful after", "helloworldtask", "task-api           ready")
        .containsPattern("The platform in \\S+ is stopped");
  }

  private List<String> blocks() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(platform.root().resolve("README.md")));
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  private static String script(String block) {
    return "set -euo pipefail\n" + block.replaceAll("(?m)^" + Pattern.quote(ITSELF) + ".*$", "");
  }

  /** A reader's own settings are not touched, neither those of az nor those of a platform. */
  private Map<String, String> environment() throws IOException {
    Path az = Platform.freshFolder("readme-az");
    return Map.of("AZURE_CONFIG_DIR", az.toString(), "SLIPWAY_STATE", platform.state().toString());
  }
}
