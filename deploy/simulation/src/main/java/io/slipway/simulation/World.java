package io.slipway.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All parts of one simulated platform, and what they have in common. */
final class World {
  /** Time in which an agent recovers from one outage before the next. */
  private static final long APART = 20_000;

  private final Schedule schedule = new Schedule();
  private final Chance chance;
  private final Story story;
  private final Rules rules;
  private final Checker checker = new Checker(this);
  private final Ledger ledger = new Ledger(this);
  private final Wire wire = new Wire(this);
  private final Topic<QueuedRun> queued = new Topic<>("run-queue");
  private final Topic<RunReport> events = new Topic<>("run-events");
  private final Topic<LogPiece> logs = new Topic<>("run-logs");
  private final Topic<Long> beats = new Topic<>("ledger-beats");
  private final ShareQueue<QueuedRun> queue = new ShareQueue<>(this, queued);
  private final List<TaskApi> taskApis = new ArrayList<>();
  private final List<Agent> agents = new ArrayList<>();
  private final Map<UUID, String> labels = new HashMap<>();
  private final ProcessTable processes;
  private final Reading<RunReport> eventsRead;
  private boolean kafkaAway;
  private boolean troubled;
  private long lookAgainAt;
  private final Map<String, Long> unwellAt = new HashMap<>();
  private long ledgerTroubledAt = Long.MIN_VALUE / 2;

  /** A run that stands in the queue. */
  record QueuedRun(UUID run, int attempt) {}

  World(long seed, Rules rules, Scenario scenario, boolean told) {
    this.chance = new Chance(seed);
    this.story = new Story(schedule, told);
    this.rules = rules;
    this.processes = new ProcessTable(this);
    for (int n = 1; n <= scenario.taskApis(); n++) {
      taskApis.add(new TaskApi("task-api-" + n, this));
    }
    for (int n = 1; n <= scenario.agents(); n++) {
      agents.add(new Agent("agent-" + n, this, scenario.slots()));
    }
    this.eventsRead =
        new Reading<>(
            this, events, taskApis, (node, batch) -> ((TaskApi) node).reading().apply(batch));
    new Reading<>(this, logs, taskApis, (node, batch) -> ((TaskApi) node).reading().append(batch));
    taskApis.forEach(Node::begin);
    agents.forEach(Node::begin);
  }

  Schedule schedule() {
    return schedule;
  }

  Chance chance() {
    return chance;
  }

  Story story() {
    return story;
  }

  Rules rules() {
    return rules;
  }

  Checker checker() {
    return checker;
  }

  Ledger ledger() {
    return ledger;
  }

  Wire wire() {
    return wire;
  }

  ProcessTable processes() {
    return processes;
  }

  Topic<QueuedRun> queued() {
    return queued;
  }

  ShareQueue<QueuedRun> queue() {
    return queue;
  }

  Topic<RunReport> events() {
    return events;
  }

  Topic<LogPiece> logs() {
    return logs;
  }

  Topic<Long> beats() {
    return beats;
  }

  Reading<RunReport> eventsRead() {
    return eventsRead;
  }

  List<TaskApi> taskApis() {
    return taskApis;
  }

  List<Agent> agents() {
    return agents;
  }

  /** All processes that faults may happen to. */
  List<Node> nodes() {
    List<Node> nodes = new ArrayList<>(taskApis);
    nodes.addAll(agents);
    return nodes;
  }

  boolean isKafkaAway() {
    return kafkaAway;
  }

  void kafkaAway(boolean away) {
    if (kafkaAway != away) {
      story.tell(away ? "Kafka is away" : "Kafka is back");
      kafkaAway = away;
    }
  }

  /** Whether messages get lost and doubled just now. */
  boolean isTroubled() {
    return troubled;
  }

  void troubled(boolean now) {
    troubled = now;
  }

  /**
   * Looks whether two parts of what keeps the leases are away together, or shortly after one
   * another: then an agent cannot know who lives, or has no time to renew.
   */
  void noteTrouble() {
    long now = schedule.now();
    if (kafkaAway) {
      unwellAt.put("kafka", now);
    }
    if (ledger.isAway()) {
      unwellAt.put("database", now);
    }
    taskApis.stream().filter(node -> !isWell(node)).forEach(it -> unwellAt.put(it.name(), now));
    if (unwellAt.values().stream().filter(at -> now - at < APART).count() > 1) {
      ledgerTroubledAt = now;
    }
  }

  private static boolean isWell(Node node) {
    return node.isAlive() && !node.isStopped() && node.reaches("kafka") && node.reaches("database");
  }

  /** When two parts of what keeps the leases were last away together. */
  long ledgerTroubledAt() {
    return ledgerTroubledAt;
  }

  /** Whether every run that was asked for is over, with its log; looked at now and then. */
  boolean isQuiet(Scenario scenario) {
    if (schedule.now() < lookAgainAt) {
      return false;
    }
    lookAgainAt = schedule.now() + 1_000;
    return checker.accepted().size() == scenario.runs() + scenario.flood() && checker.isQuiet();
  }

  /** A short name for a run, for people. */
  String label(UUID run) {
    return labels.computeIfAbsent(run, uid -> "r" + (labels.size() + 1));
  }
}
