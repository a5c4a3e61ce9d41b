package io.slipway.identity;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the installer gives to the service: clients' secrets and the place of a keyset. */
public final class IdentityTestResource implements QuarkusTestResourceLifecycleManager {
  public static final String TENANT = "3f1d6a2e-8a53-4f0e-9d1c-1d2b7f0a9c11";
  public static final String SUBSCRIPTION = "b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e22";
  public static final String ISSUER = "https://localhost:8443/adfs";
  public static final String ARM = "https://localhost:8443/";
  private static Path folder;

  public static String secret(String client) {
    try {
      return Files.readString(folder.resolve(client + ".secret"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public static Path folder() {
    return folder;
  }

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("identity-test");
      for (String client :
          List.of(
              "slipway-task-api",
              "slipway-credential-broker",
              "slipway-run-agent",
              "slipway-registry",
              "slipway-administrator")) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        Files.writeString(folder.resolve(client + ".secret"), HexFormat.of().formatHex(random));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return Map.of(
        "slipway.issuer", ISSUER,
        "slipway.public-url", "https://localhost:8443",
        "slipway.arm-resource", ARM,
        "slipway.tenant-id", TENANT,
        "slipway.subscription-id", SUBSCRIPTION,
        "slipway.identity.clients-dir", folder.toString(),
        "slipway.identity.keyset-file", folder.resolve("keyset.json").toString());
  }

  @Override
  public void stop() {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
