package io.slipway.infra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A broker that lets in only who logs in, and allows each user only what its ACLs say. All log in
 * by SCRAM, with passwords from files: nobody shows a password itself, neither to the broker nor to
 * whoever takes its port while it is away. The broker itself and whoever sets it up are the user
 * {@value #ADMIN}.
 *
 * @param users who may log in
 * @param tls keys for TLS on all its ports; null for none, which is for loopback
 */
public record KafkaAccess(KafkaUsers users, @Nullable Tls tls) {
  /** Name of the user who may do all. */
  public static final String ADMIN = "admin";

  private static final String MECHANISM = "SCRAM-SHA-512";
  private static final String ALIAS = "kafka";

  /**
   * What a broker has for TLS.
   *
   * @param keyStore PKCS12 file with its key; its password is the administrator's
   * @param authority PEM file with the certificate that clients trust
   */
  public record Tls(Path keyStore, Path authority) {}

  /** Without TLS, for loopback; makes nothing. */
  public static KafkaAccess onLoopback(Path users) {
    return new KafkaAccess(new KafkaUsers(users), null);
  }

  /** Over TLS: makes a certificate for {@code 127.0.0.1} and {@code localhost}. */
  public static KafkaAccess create(Path folder) throws IOException {
    KafkaUsers users = new KafkaUsers(folder.resolve("users"));
    String password = users.password(ADMIN);
    Path keyStore = folder.resolve("kafka.p12");
    List<String> keytool =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=Kafka",
            "-ext",
            "san=ip:127.0.0.1,dns:localhost",
            "-validity",
            "3650",
            "-storetype",
            "PKCS12",
            "-keystore",
            keyStore.toString(),
            "-storepass:file",
            users.file(ADMIN).toString());
    ChildProcess process =
        ChildProcess.start("keytool", keytool, Map.of(), folder, folder.resolve("keytool.log"));
    if (process.onExit().join() != 0) {
      throw new InfraException(
          "Kafka's certificate could not be made, see " + folder.resolve("keytool.log"));
    }
    Files.setPosixFilePermissions(keyStore, PosixFilePermissions.fromString("rw-------"));
    try (InputStream in = Files.newInputStream(keyStore)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password.toCharArray());
      String pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder().encodeToString(keys.getCertificate(ALIAS).getEncoded())
              + "\n-----END CERTIFICATE-----\n";
      return new KafkaAccess(
          users, new Tls(keyStore, Files.writeString(folder.resolve("kafka.pem"), pem)));
    } catch (GeneralSecurityException broken) {
      throw new InfraException("Kafka's certificate can't be read", broken);
    }
  }

  /** Writes a secret to a file that only its owner may read, whole or not at all. */
  public static Path secret(Path file, String text) throws IOException {
    Path scratch = Files.createTempFile(file.getParent(), ".secret", ""); // 0600
    Files.writeString(scratch, text);
    return Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE);
  }

  String protocol() {
    return tls == null ? "SASL_PLAINTEXT" : "SASL_SSL";
  }

  /** Lines of the broker's configuration. */
  Map<String, String> brokerSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sasl.enabled.mechanisms", MECHANISM);
    settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    settings.put("sasl.mechanism.controller.protocol", MECHANISM);
    settings.put(ScramPasswordFiles.FOLDER, users.folder().toString());
    for (String listener : List.of("clients", "controller")) {
      String prefix = "listener.name." + listener + ".scram-sha-512.sasl.";
      settings.put(prefix + "jaas.config", login(ADMIN));
      settings.put(prefix + "server.callback.handler.class", ScramPasswordFiles.class.getName());
    }
    if (tls != null) {
      settings.put("ssl.keystore.type", "PKCS12");
      settings.put("ssl.keystore.location", tls.keyStore().toString());
      settings.put("ssl.keystore.password", users.password(ADMIN));
      settings.put("ssl.truststore.type", "PEM");
      settings.put("ssl.truststore.location", tls.authority().toString());
    }
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("allow.everyone.if.no.acl.found", "false");
    settings.put("super.users", "User:" + ADMIN);
    return settings;
  }

  /** Settings of a client that logs in as a user, who is made if there is none. */
  public Map<String, Object> client(String bootstrap, String user) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("security.protocol", protocol());
    settings.put("sasl.mechanism", MECHANISM);
    settings.put("sasl.jaas.config", login(user));
    if (tls != null) {
      settings.put("ssl.truststore.type", "PEM");
      settings.put("ssl.truststore.location", tls.authority().toString());
    }
    return settings;
  }

  /** Settings of a client that logs in as the administrator. */
  public Map<String, Object> admin(String bootstrap) {
    return client(bootstrap, ADMIN);
  }

  /** What a part's configuration has, so that it logs in as a user. */
  public Map<String, String> configuration(String bootstrap, String user, Path passwordFile) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("kafka.bootstrap.servers", bootstrap);
    configuration.put("kafka.security.protocol", protocol());
    configuration.put("kafka.sasl.mechanism", MECHANISM);
    if (tls != null) {
      configuration.put("kafka.ssl.truststore.type", "PEM");
      configuration.put("kafka.ssl.truststore.location", tls.authority().toString());
    }
    configuration.put("slipway.kafka.user", user);
    configuration.put("slipway.kafka.password-file", passwordFile.toString());
    return configuration;
  }

  /** The same with the password that the user has here. */
  public Map<String, String> configuration(String bootstrap, String user) {
    return configuration(bootstrap, user, users.file(user));
  }

  private String login(String user) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required"
        + " username=\"%s\" password=\"%s\";".formatted(user, quoted(users.password(user)));
  }

  private static String quoted(String password) {
    return password.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
