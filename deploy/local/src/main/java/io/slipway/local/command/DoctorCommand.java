package io.slipway.local.command;

import io.slipway.local.doctor.ExamineMachine;
import io.slipway.local.doctor.Finding;
import io.slipway.local.machine.JavaCommand;
import io.slipway.local.part.UserNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what this machine can do. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Tries what the platform and its build engine need, and says what to do about what is"
            + " missing.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin private StateOption state;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> namespace = UserNamespace.words();
    if (namespace.isEmpty()) {
      return ExamineMachine.examine(state.folder()) ? 0 : 1;
    }
    return examineIn(namespace);
  }

  /** Agents of a user without root run in a user namespace: what works is seen from in there. */
  private int examineIn(List<String> namespace) throws IOException, InterruptedException {
    ExamineMachine.print(
        Finding.good(
            "user namespace",
            UserNamespace.hasManyIds(namespace)
                ? "agents are root in one, with the ids of /etc/subuid"
                : "agents are root in one, with one id: RUN and cmd need more (apt-get install"
                    + " uidmap, and a line for this user in /etc/subuid)"));
    List<String> command = new ArrayList<>(namespace);
    command.addAll(JavaCommand.of(ExamineMachine.class, state.folder().root().toString()));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
