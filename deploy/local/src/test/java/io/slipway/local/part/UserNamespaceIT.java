package io.slipway.local.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserNamespaceIT {
  private static final boolean ROOT = System.getProperty("user.name").equals("root");

  /** What a user without root is told, printed by a JVM of such a user. */
  static final class Asked {
    private Asked() {}

    public static void main(String[] arguments) {
      System.out.println(String.join(" ", UserNamespace.words()));
    }
  }

  @Test
  void shouldNeedNoneAsRoot() {
    if (!ROOT) {
      System.out.println("UserNamespaceIT is skipped in part: not root");
    }
    assumeTrue(ROOT, "not root");
    assertThat(UserNamespace.words()).isEmpty();
  }

  @Test
  void shouldMakeRootOfAnOrdinaryUser() throws Exception {
    List<String> ask = new ArrayList<>(asNobody());
    ask.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ask.addAll(List.of("-cp", System.getProperty("java.class.path"), Asked.class.getName()));
    String words = output(ask);
    if (words.isEmpty()) {
      System.out.println(
          "UserNamespaceIT is skipped in part: an ordinary user may not make namespaces here");
    }
    assumeTrue(!words.isEmpty(), "an ordinary user may not make namespaces here");

    List<String> id = new ArrayList<>(asNobody());
    id.addAll(List.of(words.split(" ")));
    id.addAll(
        List.of("sh", "-c", "id -u; mkdir -p /tmp && mount -t tmpfs none /tmp && echo mounted"));
    id.addAll(id.indexOf("--"), List.of("--mount"));

    assertThat(output(id)).contains("0").contains("mounted");
  }

  private static List<String> asNobody() {
    return ROOT
        ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/")
        : List.of();
  }

  private static String output(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    return said;
  }
}
