package io.slipway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.local.part.GitServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample application, cloned with the real git. */
class SampleRepositoryIT {
  @TempDir Path folder;

  @Test
  void shouldServeTheSampleAndItsChanges() throws Exception {
    // Given
    Path sample = Files.createDirectories(folder.resolve("sample"));
    Files.writeString(sample.resolve("server.js"), "one");
    Path repositories = folder.resolve("git");
    SampleRepository.ensure(sample, repositories);
    SampleRepository.ensure(sample, repositories);

    try (GitServer server = GitServer.open(repositories, 0)) {
      String url = "http://127.0.0.1:" + server.port() + "/" + SampleRepository.NAME;

      // When
      git(
          0,
          "clone",
          "--quiet",
          "--depth",
          "1",
          "--branch",
          "main",
          url,
          folder.resolve("a").toString());
      Files.writeString(sample.resolve("server.js"), "two");
      SampleRepository.ensure(sample, repositories);
      git(0, "clone", "--quiet", url, folder.resolve("b").toString());

      // Then
      assertThat(folder.resolve("a/server.js")).hasContent("one");
      assertThat(folder.resolve("b/server.js")).hasContent("two");
      assertThat(git(0, "-C", folder.resolve("b").toString(), "rev-list", "--count", "HEAD"))
          .isEqualTo("2");

      // Nobody writes into it, and nothing outside of it is served
      Files.writeString(folder.resolve("b/server.js"), "three");
      git(
          0,
          "-C",
          folder.resolve("b").toString(),
          "-c",
          "user.name=x",
          "-c",
          "user.email=x@localhost",
          "commit",
          "-qam",
          "x");
      assertThat(git(128, "-C", folder.resolve("b").toString(), "push", "--quiet")).contains("403");
      assertThat(
              git(
                  128,
                  "clone",
                  "--quiet",
                  url.replace(SampleRepository.NAME, "..%2Fsample"),
                  folder.resolve("c").toString()))
          .contains("not found");
    }
  }

  private static String git(int exitCode, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as("%s: %s", command, output).isEqualTo(exitCode);
    return output;
  }
}
