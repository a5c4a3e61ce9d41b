package io.slipway.agent.decision;

import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a step asks of Docker that concerns other steps of its run, such as {@code docker stop web}.
 * Steps are not given Docker's socket, so the agent does it itself.
 *
 * @param action what to do
 * @param names ids of steps
 * @param grace how long a container may take to end by itself
 * @param force whether a container that runs is ended first
 * @param follow whether to wait for its end
 */
public record DockerVerb(
    Action action, List<String> names, Duration grace, boolean force, boolean follow) {
  private static final Pattern TIME = Pattern.compile("(-t|--time|--timeout)(=?\\d+)?");

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final String COULD =
      "; the agent does docker stop, kill, rm, logs and wait on steps of the same run. What needs a"
          + " Docker of its own can start one: an image such as docker:dind with privileged: true"
          + " and detach: true, on an agent with slipway.agent.allow-privileged=true";

  /** The commands of Docker's program; other words are for the image's own program. */
  private static final Set<String> COMMANDS =
      Set.of(
          ("attach build builder buildx commit compose config container context cp create "
                  + "diff events exec export history image images import info inspect kill load "
                  + "login logout logs manifest network node pause plugin port ps pull push rename "
                  + "restart rm rmi run save scan search secret service stack start stats stop "
                  + "swarm system tag top trust unpause update volume wait")
              .split(" "));

  /** What to do with the containers. */
  public enum Action {
    STOP,
    KILL,
    REMOVE,
    LOGS,
    WAIT
  }

  /**
   * Reads what a step runs.
   *
   * @return empty if it is not the program Docker that is run
   * @throws Refusal if it asks for something that steps cannot have; says what could
   */
  public static Optional<DockerVerb> parse(ImageReference image, List<String> arguments)
      throws Refusal {
    if (!image.registry().equals(ImageReference.DOCKER_HUB)
        || !image.repository().equals("library/docker")) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>(arguments);
    if (!words.isEmpty() && words.get(0).equals("docker")) {
      words.remove(0);
    }
    if (!words.isEmpty() && words.get(0).equals("container")) {
      words.remove(0);
    }
    if (words.isEmpty() || !COMMANDS.contains(words.get(0))) {
      return Optional.empty();
    }
    String command = words.remove(0);
    Action action =
        switch (command) {
          case "stop" -> Action.STOP;
          case "kill" -> Action.KILL;
          case "rm" -> Action.REMOVE;
          case "logs" -> Action.LOGS;
          case "wait" -> Action.WAIT;
          default ->
              throw Refusal.user(
                  "docker " + command + ": steps are not given Docker's socket" + COULD);
        };
    return Optional.of(read(command, action, words));
  }

  private static DockerVerb read(String command, Action action, List<String> words) throws Refusal {
    List<String> names = new ArrayList<>();
    Duration grace = action == Action.KILL ? Duration.ZERO : GRACE;
    boolean force = false;
    boolean follow = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-")) {
        names.add(word);
      } else if (action == Action.STOP && TIME.matcher(word).matches()) {
        String number = word.replaceFirst("^\\D+", "");
        if (number.isEmpty() && i + 1 < words.size()) {
          number = words.get(++i);
        }
        grace = seconds(command, number);
      } else if (action == Action.REMOVE && Set.of("-f", "--force", "-fv", "-vf").contains(word)) {
        force = true;
      } else if (action == Action.LOGS && Set.of("-f", "--follow").contains(word)) {
        follow = true;
      } else if (!(action == Action.REMOVE && Set.of("-v", "--volumes").contains(word))) {
        throw Refusal.user("docker " + command + ": the option " + word + " is not known");
      }
    }
    if (names.isEmpty()) {
      throw Refusal.user("docker " + command + " names no step");
    }
    return new DockerVerb(action, List.copyOf(names), grace, force, follow);
  }

  private static Duration seconds(String command, String number) throws Refusal {
    if (!number.matches("\\d{1,6}")) {
      throw Refusal.user(
          "docker " + command + ": the time '" + number + "' is not a number of seconds");
    }
    return Duration.ofSeconds(Integer.parseInt(number));
  }
}
