package io.slipway.local.state;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ports of one platform, all on loopback, counted from one base so that two platforms can run
 * side by side.
 *
 * @param base port of the front door; 1024 to 65400
 */
public record Ports(int base) {
  private static final int LAST = 95;

  /** Most agents that one machine has ports for. */
  public static final int MOST_AGENTS = 12;

  /** Checks the range. */
  public Ports {
    if (base < 1024 || base + LAST > 65535) {
      throw new LocalException(
          "--port-base " + base + " is out of range: 1024 to " + (65535 - LAST) + ".");
    }
  }

  /** Highest port that a platform may use. */
  public int last() {
    return base + LAST;
  }

  /** The front door, the one address that people use. */
  public int frontDoor() {
    return base;
  }

  public int taskApi() {
    return base + 1;
  }

  public int identity() {
    return base + 2;
  }

  public int broker() {
    return base + 3;
  }

  /** Where task-api opens and closes registries. */
  public int registryManagement() {
    return base + 4;
  }

  /** Where a service shows its health and metrics, and nothing else; an agent has but its port. */
  public int management(int service) {
    return service + 91;
  }

  public int kafka() {
    return base + 5;
  }

  /** Kafka's own controller. */
  public int kafkaController() {
    return base + 6;
  }

  public int postgres() {
    return base + 7;
  }

  /** Health and metrics of an agent; the first two lie before the registries, the others behind. */
  public int agent(int number) {
    if (number < 1 || number > MOST_AGENTS) {
      throw new LocalException("--agents must be 1 to " + MOST_AGENTS + ".");
    }
    return number <= 2 ? base + 7 + number : base + 77 + number;
  }

  /** First of the registries' own ports, one per login server. */
  public int firstLoginServer() {
    return base + 10;
  }

  /** Last of them. */
  public int lastLoginServer() {
    return base + 79;
  }

  /** The demo's stand-in for the public registry. */
  public int upstream() {
    return base + 90;
  }

  /** The demo's stand-in for the public git host. */
  public int git() {
    return base + 91;
  }

  /** All that must be free before a platform with so many agents starts, by what they are for. */
  public Map<String, Integer> needed(int agents, boolean standIns) {
    Map<String, Integer> needed = new LinkedHashMap<>();
    needed.put("front door", frontDoor());
    needed.put("task-api", taskApi());
    needed.put("identity-service", identity());
    needed.put("credential-broker", broker());
    needed.put("registry", registryManagement());
    for (int service = taskApi(); service <= registryManagement(); service++) {
      needed.put("health and metrics of port " + service, management(service));
    }
    needed.put("Kafka", kafka());
    needed.put("Kafka's controller", kafkaController());
    needed.put("PostgreSQL", postgres());
    for (int number = 1; number <= agents; number++) {
      needed.put("run-agent-" + number, agent(number));
    }
    if (standIns) {
      needed.put("stand-in for the public registry", upstream());
      needed.put("stand-in for the git host", git());
    }
    return needed;
  }

  /** Address of the front door, without last slash. */
  public String publicUrl() {
    return "https://localhost:" + frontDoor();
  }

  /** Kafka's address for clients. */
  public String kafkaBootstrap() {
    return "127.0.0.1:" + kafka();
  }
}
