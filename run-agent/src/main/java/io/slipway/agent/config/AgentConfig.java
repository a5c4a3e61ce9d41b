package io.slipway.agent.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Settings of the agent, see its README. */
@ConfigMapping(prefix = "slipway")
public interface AgentConfig {
  /** Address of identity-service, http or https. */
  String identityUrl();

  /** Address of credential-broker, http or https. */
  String brokerUrl();

  /** Address of task-api, http or https. */
  String taskApiUrl();

  /** Authority to trust besides the JDK's. */
  Optional<Path> caFile();

  /** What the agent shows to identity-service for tokens of its own. */
  Client client();

  /** How topics are called. */
  Kafka kafka();

  /** Settings that only the agent has. */
  Agent agent();

  /** Keys {@code slipway.client.*}. */
  interface Client {
    /** Its id, as in identity-service's folder of clients. */
    String id();

    /** File with its secret of at least 32 characters; read whenever a token is fetched. */
    Path secretFile();
  }

  /** Keys {@code slipway.kafka.*}. */
  interface Kafka {
    /** Prefix of all topics and groups; empty by default. */
    @WithDefault("")
    Optional<String> topicPrefix();
  }

  /** Keys {@code slipway.agent.*}. */
  interface Agent {
    /** Name, unique among all agents. */
    String name();

    /** Pool whose queue it takes runs from. */
    String pool();

    /** Most runs that it executes at the same time. */
    int slots();

    /** How many agents share this machine, this one among them; each has its share of memory. */
    @WithDefault("1")
    int machineAgents();

    /** Folder of workspaces and images; this agent's alone. */
    Path dataDir();

    /** {@code builtin} or {@code docker}. */
    String engine();

    /**
     * {@code container}, or {@code nothing} for benchmarks of all that is around the steps, which
     * are successes that do nothing.
     */
    @WithDefault("container")
    String executor();

    /** Whether this is an agent of a benchmark; no other may execute nothing. */
    @WithDefault("false")
    boolean benchmark();

    /** Whether signed provenance is attached to images that are pushed. */
    @WithDefault("true")
    boolean provenance();

    /** Milliseconds that a step of the executor {@code nothing} takes. */
    @WithDefault("0")
    long nothingMillis();

    /** Program of the engine {@code docker}: {@code docker}, {@code podman}, or a path. */
    @WithDefault("docker")
    String dockerProgram();

    /** Address of the engine {@code docker} as {@code unix:///…}; the program's own without it. */
    Optional<String> dockerHost();

    /** Mirrors of registries, as {@code docker.io=https://127.0.0.1:8533,…}. */
    Optional<String> upstreams();

    /**
     * What runs may reach besides the internet: networks, addresses, and ports of hosts, as {@code
     * 10.20.0.0/16,registry.corp.example:443}.
     */
    Optional<List<String>> openNetworks();

    /** A setting of old, which is refused: {@link #openNetworks()} has its place. */
    Optional<String> allowLoopbackContexts();

    /** A setting of old, which is refused: {@link #openNetworks()} has its place. */
    Optional<String> allowPrivateContexts();

    /** Most bytes of an archive, a file of an artifact, or a repository's objects, as sent. */
    @WithDefault("4294967296")
    long contextDownloadLimit();

    /** Most bytes of all files of a context. */
    @WithDefault("8589934592")
    long contextLimit();

    /** Most files, folders and links of a context. */
    @WithDefault("500000")
    long contextEntries();

    /** Bytes of the disk that stay free while a context is fetched. */
    @WithDefault("268435456")
    long contextFreeSpace();

    /** Private key for git addresses of ssh, which are refused without it. */
    Optional<Path> gitSshKeyFile();

    /** Keys of hosts for git addresses of ssh, in the form of {@code known_hosts}. */
    Optional<Path> gitSshKnownHostsFile();

    /** How long runs at work may go on when the agent is told to stop. */
    @WithDefault("PT10M")
    Duration drainLimit();

    /** Launchers of containers to try, the best first; the engine's own order without it. */
    Optional<List<String>> launchers();

    /**
     * Which ids of the machine stand for those of containers: {@code auto}, {@code machine}, or as
     * {@code 1900000000:65536}.
     */
    @WithDefault("machine")
    String ids();

    /** Whether steps may ask for all rights of the machine by {@code privileged: true}. */
    @WithDefault("false")
    boolean allowPrivileged();

    /** Whether steps and builds may ask for the machine's own network. */
    @WithDefault("false")
    boolean allowHostNetwork();

    /** Whether root in RUN and in steps may open raw sockets, which {@code ping} does not need. */
    @WithDefault("false")
    boolean allowRawSockets();

    /** Ports of the machine's loopback that no step may publish, as {@code 8443-8534}. */
    Optional<String> closedPorts();

    /**
     * Most bytes of all that a run writes: its workspace, home folder, containers, layers, and the
     * cache folders that it uses; 0 for no limit.
     */
    @WithDefault("21474836480")
    long diskLimit();

    /**
     * Bytes of the file system of {@link #dataDir()} that stay free: when there are fewer, unused
     * images and caches are deleted, then the run that has written most is ended; 0 for none.
     */
    @WithDefault("1073741824")
    long diskReserve();

    /** Most bytes of the folders of {@code RUN --mount=type=cache} that no build uses. */
    @WithDefault("10737418240")
    long cacheLimit();

    /** Most processes of a run at the same time. */
    @WithDefault("4096")
    int processLimit();

    /**
     * Most bytes of memory of a run, whatever its steps ask for; 0 for no limit, without it a share
     * of the machine, see {@link MemoryShare}. Kept where the launcher has cgroups, which the agent
     * says at its start.
     */
    OptionalLong memoryLimit();

    /** Most processors of a run, whatever its steps ask for; 0 for no limit. */
    @WithDefault("0")
    double cpuLimit();

    /** Most bytes of the image store after a run. */
    @WithDefault("21474836480")
    long imageStoreLimit();

    /**
     * Folder of secrets for vault references, {@code <vault's host>/<name>}, readable by every run
     * of this agent.
     */
    Optional<Path> secretsFolder();

    /** Vaults at another address, as {@code my.vault.example=https://127.0.0.1:8555,…}. */
    Optional<String> vaults();

    /**
     * Bytes of events and logs on disk, while Kafka is away, from which on steps that print are
     * slowed down.
     */
    @WithDefault("1073741824")
    long spoolLimit();

    /** Most bytes of a run's log. */
    long logLimit();
  }
}
