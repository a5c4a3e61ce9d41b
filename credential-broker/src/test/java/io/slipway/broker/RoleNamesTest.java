package io.slipway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A broker that knew which role allows what would be wrong with the next change of the roles. */
class RoleNamesTest {
  private static final Pattern ROLE =
      Pattern.compile("\\bAcr[A-Z]\\w+|\\b(Owner|Contributor|Reader)\\b|registries/pull/read");

  @Test
  void shouldNameNoRole() throws IOException {
    Path sources = Path.of(System.getProperty("slipway.root"), "credential-broker/src/main");
    try (Stream<Path> files = Files.walk(sources)) {
      List<Path> found =
          files
              .filter(Files::isRegularFile)
              .filter(file -> ROLE.matcher(read(file)).find())
              .toList();
      assertThat(found).isEmpty();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }
}
