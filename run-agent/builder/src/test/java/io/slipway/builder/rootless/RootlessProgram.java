package io.slipway.builder.rootless;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.EngineException;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.support.Workbench;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an agent without root does with the engine, as a program: it is started as an ordinary user
 * and prints a line for each thing that it saw.
 */
final class RootlessProgram {
  private RootlessProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String launcher = arguments[1];
    BuiltinOptions options =
        BuiltinOptions.in(folder.resolve("engine")).withLaunchers(List.of(launcher));
    try (Workbench bench = Workbench.builtin(folder, options)) {
      bench.engine.probes().forEach(probe -> System.out.println("probe " + probe));
      System.out.println("keeps limits: " + bench.engine.processors().limited());
      bench.file("a.txt", "a");
      bench.build(
          "FROM test.local/base:1",
          "COPY --chown=1000:1001 a.txt /owned",
          "RUN id -u > /who && rm -r /var && mkdir /var && echo new > /var/new && ln -s new /var/l",
          "RUN test -e /var/lib || echo gone > /gone",
          "RUN cat /proc/1/cmdline > /dev/null && test -w /dev/null && echo fine > /dev/shm/x");
      System.out.println("built " + bench.sh("cat /who /gone /var/l; ls /var").replace('\n', ' '));
      bench.build("FROM scratch", "COPY --chown=5:6 a.txt /a");
      System.out.println("without RUN " + bench.last.imageId());
      bench.container(
          "test.local/base:1",
          List.of("/bin/sh", "-c", "echo up > /workspace/up; exec sleep 60"),
          "server",
          true);
      System.out.println(
          "network "
              + bench.container(
                  "test.local/base:1",
                  List.of(
                      "/bin/bash",
                      "-c",
                      "while ! test -s /workspace/up; do sleep 0.1; done; (echo >"
                          + " /dev/tcp/server/4711) 2>&1 | grep -q refused && echo reached"),
                  "client",
                  false));
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      int code =
          bench.run.isolate(
              new MachineProgram(
                  List.of("sh", "-c", "cat a.txt; ls -d " + folder + "/* " + folder + "/context/*"),
                  Map.of(),
                  bench.context.toRealPath(),
                  List.of(),
                  false,
                  () -> {}),
              printed::write);
      System.out.println(
          "isolated %d %s".formatted(code, printed.toString(StandardCharsets.UTF_8)));
      tryOut(bench, "owner", "RUN touch /f && chown 1000:1001 /f && echo changed > /chown");
      tryOut(bench, "user", "USER app", "RUN id -u > /tmp/app");
    }
  }

  private static void tryOut(Workbench bench, String what, String... lines) throws Exception {
    List<String> all = new ArrayList<>(List.of("FROM test.local/base:1"));
    all.addAll(List.of(lines));
    try {
      bench.build(all.toArray(String[]::new));
      System.out.println(what + " works " + bench.sh("cat /chown /tmp/app 2>/dev/null"));
    } catch (EngineException refused) {
      System.out.println(what + " refused: " + refused.getMessage());
    }
  }
}
