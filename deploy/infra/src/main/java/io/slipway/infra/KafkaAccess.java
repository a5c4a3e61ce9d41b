package io.slipway.infra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker that lets in only who logs in, over TLS (SASL_SSL on all its ports), and allows each
 * user only what its ACLs say. The broker itself and whoever sets it up are the user {@value
 * #ADMIN}; all others are users of SCRAM-SHA-512. Passwords are in files of mode 0600, never in
 * arguments.
 *
 * @param keyStore PKCS12 file with the broker's key
 * @param authority PEM file with the certificate that clients trust
 * @param password of the administrator and of the key store; 32 hexadecimal digits
 */
public record KafkaAccess(Path keyStore, Path authority, String password) {
  /** Name of the user who may do all. */
  public static final String ADMIN = "admin";

  private static final String ALIAS = "kafka";

  /** Makes a certificate for {@code 127.0.0.1} and {@code localhost}, and a password. */
  public static KafkaAccess create(Path folder) throws IOException {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    Path passwordFile = secret(folder.resolve("admin.password"), password);
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
            passwordFile.toString());
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
      Path authority = Files.writeString(folder.resolve("kafka.pem"), pem);
      return new KafkaAccess(keyStore, authority, password);
    } catch (GeneralSecurityException broken) {
      throw new InfraException("Kafka's certificate can't be read", broken);
    }
  }

  /** Writes a secret to a file that only its owner may read. */
  public static Path secret(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text);
  }

  /** Lines of the broker's configuration. */
  Map<String, String> brokerSettings() {
    String login =
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"%1$s\" password=\"%2$s\" user_%1$s=\"%2$s\";".formatted(ADMIN, password);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put("sasl.mechanism.controller.protocol", "PLAIN");
    settings.put("listener.name.clients.plain.sasl.jaas.config", login);
    settings.put("listener.name.controller.plain.sasl.jaas.config", login);
    settings.put(
        "listener.name.clients.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put("listener.name.controller.sasl.enabled.mechanisms", "PLAIN");
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", keyStore.toString());
    settings.put("ssl.keystore.password", password);
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", authority.toString());
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:" + ADMIN);
    return settings;
  }

  /** Settings of a client that logs in as the administrator. */
  public Map<String, Object> admin(String bootstrap) {
    return Map.of(
        "bootstrap.servers",
        bootstrap,
        "security.protocol",
        "SASL_SSL",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        authority.toString(),
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"%s\" password=\"%s\";".formatted(ADMIN, password));
  }

  /** What a part's configuration has, so that it logs in as a user. */
  public Map<String, String> configuration(String bootstrap, String user, Path passwordFile) {
    return Map.of(
        "kafka.bootstrap.servers",
        bootstrap,
        "kafka.security.protocol",
        "SASL_SSL",
        "kafka.ssl.truststore.type",
        "PEM",
        "kafka.ssl.truststore.location",
        authority.toString(),
        "slipway.kafka.user",
        user,
        "slipway.kafka.password-file",
        passwordFile.toString());
  }

  /** Makes users, or gives them other passwords. */
  public static void addUsers(Admin admin, Map<String, String> passwords) {
    try {
      admin
          .alterUserScramCredentials(
              passwords.entrySet().stream()
                  .<UserScramCredentialAlteration>map(one ->
                      new UserScramCredentialUpsertion(
                          one.getKey(),
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                          one.getValue()))
                  .toList())
          .all()
          .get(20, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new InfraException("Kafka's users could not be made: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InfraException("interrupted", interrupted);
    }
  }

  @Override
  public String toString() { // without the password
    return "KafkaAccess[" + keyStore + "]";
  }
}
