package io.slipway.contract.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every Kafka client of a part is made with: the settings {@code kafka.*}, named as Kafka
 * names them, and the log-in from {@code slipway.kafka.user} and {@code
 * slipway.kafka.password-file}. Refuses what is set by halves or would have no effect, by name; no
 * message holds a password.
 *
 * @see <a href="https://kafka.apache.org/documentation/#security">Kafka: Security</a>
 */
public final class KafkaSettings {
  /** Key of the user to log in as. */
  public static final String USER = "slipway.kafka.user";

  /** Key of the file with that user's password. */
  public static final String PASSWORD_FILE = "slipway.kafka.password-file";

  private static final String PREFIX = "kafka.";
  private static final String PROTOCOL = "security.protocol";
  private static final String MECHANISM = "sasl.mechanism";
  private static final String JAAS = "sasl.jaas.config";
  private static final String USUAL_MECHANISM = "SCRAM-SHA-512";
  private static final Set<String> PROTOCOLS =
      Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
  private static final Map<String, String> LOGIN_MODULES =
      Map.of(
          "PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule",
          "SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule",
          "SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule");

  /** What has no effect, or cannot work, without the other. */
  private static final List<List<String>> NEEDS =
      List.of(
          List.of("ssl.truststore.password", "ssl.truststore.location"),
          List.of("ssl.keystore.password", "ssl.keystore.location"),
          List.of("ssl.keystore.key", "ssl.keystore.certificate.chain"),
          List.of("ssl.keystore.certificate.chain", "ssl.keystore.key"));

  private KafkaSettings() {}

  /**
   * Settings of all clients of this process.
   *
   * @param names names of all properties of the configuration; those of the environment too
   * @param value value of a property, if it has one
   * @throws IllegalArgumentException naming what is missing, wrong or without effect
   */
  public static Map<String, Object> read(
      Iterable<String> names, Function<String, Optional<String>> value) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String name : names) {
      String plain = name.toLowerCase(Locale.ROOT).replace('_', '.');
      if (plain.startsWith(PREFIX)) {
        value.apply(name).ifPresent(text -> given.put(plain.substring(PREFIX.length()), text));
      }
    }
    return of(given, value.apply(USER).orElse(null), value.apply(PASSWORD_FILE).orElse(null));
  }

  private static Map<String, Object> of(
      Map<String, String> given, @Nullable String user, @Nullable String passwordFile) {
    if (!given.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException("kafka.bootstrap.servers is missing");
    }
    String protocol = given.getOrDefault(PROTOCOL, "PLAINTEXT").toUpperCase(Locale.ROOT);
    if (!PROTOCOLS.contains(protocol)) {
      throw new IllegalArgumentException(
          "kafka.security.protocol is '" + protocol + "', must be one of " + PROTOCOLS);
    }
    boolean login = protocol.startsWith("SASL_");
    boolean tls = protocol.endsWith("SSL");
    refuseUnless(login, "sasl.", protocol, "SASL_SSL", given);
    refuseUnless(tls, "ssl.", protocol, login ? "SASL_SSL" : "SSL", given);
    for (List<String> need : NEEDS) {
      if (given.containsKey(need.get(0)) && !given.containsKey(need.get(1))) {
        throw new IllegalArgumentException(
            "kafka.%s is set, but kafka.%s is not".formatted(need.get(0), need.get(1)));
      }
    }
    for (String file : List.of("ssl.truststore.location", "ssl.keystore.location")) {
      if (given.containsKey(file) && !Files.isReadable(Path.of(given.get(file)))) {
        throw new IllegalArgumentException(
            "kafka.%s: %s can't be read".formatted(file, given.get(file)));
      }
    }
    if ((user == null) != (passwordFile == null)) {
      throw new IllegalArgumentException(
          user == null
              ? PASSWORD_FILE + " is set, but " + USER + " is not"
              : USER + " is set, but " + PASSWORD_FILE + " is not");
    }
    Map<String, Object> settings = new LinkedHashMap<>(given);
    settings.put(PROTOCOL, protocol);
    if (login) {
      addLogin(settings, given, tls, user, passwordFile);
    } else if (user != null) {
      throw new IllegalArgumentException(
          USER + " has no effect with kafka.security.protocol=" + protocol + ": set SASL_SSL");
    }
    return settings;
  }

  private static void refuseUnless(
      boolean used, String prefix, String protocol, String right, Map<String, String> given) {
    for (String name : given.keySet()) {
      if (!used && name.startsWith(prefix)) {
        throw new IllegalArgumentException(
            "kafka.%s has no effect with kafka.security.protocol=%s: set %s"
                .formatted(name, protocol, right));
      }
    }
  }

  private static void addLogin(
      Map<String, Object> settings,
      Map<String, String> given,
      boolean tls,
      @Nullable String user,
      @Nullable String passwordFile) {
    String mechanism = given.getOrDefault(MECHANISM, USUAL_MECHANISM);
    settings.put(MECHANISM, mechanism);
    if (mechanism.equals("PLAIN") && !tls) {
      throw new IllegalArgumentException(
          "kafka.sasl.mechanism=PLAIN sends the password itself: set kafka.security.protocol=SASL_SSL");
    }
    if (user == null || passwordFile == null) {
      if (!given.containsKey(JAAS)) {
        throw new IllegalArgumentException(
            "kafka.security.protocol=%s needs %s and %s (or kafka.%s)"
                .formatted(given.get(PROTOCOL), USER, PASSWORD_FILE, JAAS));
      }
      return;
    }
    String module = LOGIN_MODULES.get(mechanism);
    if (given.containsKey(JAAS) || module == null) {
      throw new IllegalArgumentException(
          module == null
              ? "kafka.sasl.mechanism=%s does not log in with %s: set kafka.%s instead, or one of %s"
                  .formatted(mechanism, USER, JAAS, LOGIN_MODULES.keySet())
              : USER + " and kafka." + JAAS + " are both set: take one away");
    }
    settings.put(
        JAAS,
        "%s required username=%s password=%s;"
            .formatted(module, quoted(user), quoted(password(Path.of(passwordFile)))));
  }

  private static String password(Path file) {
    try {
      String password = Files.readString(file).strip();
      if (password.isEmpty()) {
        throw new IllegalArgumentException(PASSWORD_FILE + ": " + file + " is empty");
      }
      return password;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          PASSWORD_FILE + ": " + file + " can't be read", unreadable);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * What to do about a failure of a client, if Kafka refused this part rather than being away. By
   * the names of Kafka's exceptions: this module has no Kafka client.
   */
  public static Optional<String> advice(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String name = cause.getClass().getSimpleName();
      if (name.equals("SslAuthenticationException")) {
        return Optional.of(
            "Kafka and this part do not trust each other's certificates: check kafka.ssl.truststore.location, kafka.ssl.keystore.location and the host name in kafka.bootstrap.servers");
      }
      if (name.endsWith("SaslMechanismException") || name.equals("IllegalSaslStateException")) {
        return Optional.of("Kafka does not offer this log-in: check kafka.sasl.mechanism");
      }
      if (name.endsWith("AuthenticationException")) {
        return Optional.of(
            "Kafka refuses the log-in: check " + USER + " and the password in " + PASSWORD_FILE);
      }
      if (name.endsWith("AuthorizationException")) {
        return Optional.of(
            "Kafka does not allow it to this part's user: give it the ACLs of docs/interfaces.md, section 7");
      }
    }
    return Optional.empty();
  }
}
