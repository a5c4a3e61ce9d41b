package io.slipway.builder.docker;

import io.slipway.builder.EngineException;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers and networks with a label, taken away.
 *
 * @param command how to call the program
 * @param label {@code key=value}
 */
record DockerLeftovers(DockerCommand command, String label) {
  void remove() throws EngineException, InterruptedException {
    String filter = "label=" + label;
    remove(command.call("ps", "-aq", "--filter", filter), "rm", "--force", "--volumes");
    remove(command.call("network", "ls", "-q", "--filter", filter), "network", "rm");
  }

  private void remove(String ids, String... words) throws EngineException, InterruptedException {
    List<String> found = ids.lines().filter(line -> line.matches("[0-9a-f]+")).toList();
    if (!found.isEmpty()) {
      List<String> call = new ArrayList<>(List.of(words));
      call.addAll(found);
      command.call(call.toArray(String[]::new));
    }
  }
}
