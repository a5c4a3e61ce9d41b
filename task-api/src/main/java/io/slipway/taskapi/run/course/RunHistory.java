package io.slipway.taskapi.run.course;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

/**
 * The attempts of a run that are over, as far as they count.
 *
 * @param lost attempts whose agents were lost after a step had begun, in order
 * @param handedBack how often the run was given to an agent and came back at no cost: its lease ran
 *     out before a step had begun, or the agent stopped and gave it back
 */
public record RunHistory(List<Lost> lost, int handedBack) {
  /** That of a new run. */
  public static final RunHistory NONE = new RunHistory(List.of(), 0);

  /** A run that ended so many agents is not given to another one. */
  public static final int MOST_LOST = 2;

  /** A run that came back so often is not given away again. */
  public static final int MOST_HANDED_BACK = 20;

  /**
   * An attempt that had begun a step when its agent was lost.
   *
   * @param attempt its number
   * @param agent name of the agent
   */
  public record Lost(int attempt, String agent) {}

  /** Copies the list. */
  public RunHistory {
    lost = List.copyOf(lost);
  }

  /** The history after another agent was lost in the middle of a step. */
  public RunHistory withLost(int attempt, String agent) {
    List<Lost> longer = new ArrayList<>(lost);
    longer.add(new Lost(attempt, agent));
    return new RunHistory(longer, handedBack);
  }

  /** The history after the run came back once more at no cost. */
  public RunHistory withHandedBack() {
    return new RunHistory(lost, handedBack + 1);
  }

  /** Whether the run may be given to another agent. */
  public boolean mayGoOn() {
    return lost.size() < MOST_LOST && handedBack < MOST_HANDED_BACK;
  }

  /** Why the run may not be given to another agent, as people read it. */
  public String whyNot() {
    return lost.size() >= MOST_LOST
        ? "agent lost: %s; a run that ended two agents is not given to a third"
            .formatted(
                lost.stream()
                    .map(one -> "attempt %d on %s".formatted(one.attempt(), one.agent()))
                    .collect(joining(", ")))
        : "agents gave the run back %d times without having finished it".formatted(handedBack);
  }

  /** Names of the agents that were lost. */
  public List<String> lostAgents() {
    return lost.stream().map(Lost::agent).toList();
  }
}
