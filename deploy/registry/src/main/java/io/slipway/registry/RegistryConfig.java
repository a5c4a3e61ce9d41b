package io.slipway.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings, see the README. */
@ConfigMapping(prefix = "slipway")
public interface RegistryConfig {
  /** Issuer of tokens; needed in mode {@code platform}. */
  Optional<String> issuer();

  /** Address of task-api for notifications; none without it. */
  Optional<String> taskApiUrl();

  /** Address of identity-service. */
  Optional<String> identityUrl();

  /** PEM of authorities to trust besides the JDK's. */
  Optional<Path> caFile();

  /** Keys that only the registry has. */
  Registry registry();

  /** The registry's service client. */
  Client client();

  /** The registry's service client. */
  interface Client {
    /** Client id. */
    Optional<String> id();

    /** File with its secret. */
    Optional<Path> secretFile();
  }

  /** Keys that only the registry has. */
  interface Registry {
    /**
     * {@code platform}: registries are managed and need tokens; {@code upstream}: one open
     * registry.
     */
    String mode();

    /** Folder of all content. */
    Path dataDir();

    /** Ports of login servers, as {@code 8453-8522}; in mode upstream the one port. */
    String ports();

    /** How long an upload may rest before it is deleted. */
    @WithDefault("PT24H")
    Duration uploadAge();

    /**
     * How long content that no manifest names stays; longer than any push takes, from its first
     * look for a blob to its manifest.
     */
    @WithDefault("PT24H")
    Duration graceAge();

    /** Most requests that each registry serves at a time. */
    @WithDefault("500")
    int mostRequests();

    /** Most uploads that each registry takes in at a time. */
    @WithDefault("100")
    int mostUploads();

    /** Most uploads of each registry that were begun and not ended. */
    @WithDefault("10000")
    int mostSessions();

    /** Most bytes that each registry may have, uploads among them; 0 for no limit. */
    @WithDefault("0")
    long mostBytes();

    /** Bytes per second of content that are read again, to find what was damaged; 0 for none. */
    @WithDefault("10485760")
    long scrubRate();

    /** Address of the token endpoint that challenges name. */
    Optional<String> realm();

    /** Certificate chain, PEM; without it mode upstream speaks plain HTTP. */
    Optional<Path> certificateFile();

    /** Its private key, PEM. */
    Optional<Path> keyFile();
  }
}
