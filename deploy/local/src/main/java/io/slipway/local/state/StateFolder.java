package io.slipway.local.state;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The folder that holds all that a platform keeps. Only its owner may look into it.
 *
 * @param root absolute path
 */
public record StateFolder(Path root) {

  /** Makes the folders that are missing, each for the owner alone. */
  public void create() {
    try {
      Path parent = root.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      for (Path folder :
          List.of(
              root,
              config(),
              settings().folder(),
              secrets(),
              keys(),
              tls(),
              logs(),
              run(),
              azure(),
              demo())) {
        ownFolder(folder);
      }
    } catch (IOException failed) {
      throw new LocalException(
          "The state folder "
              + root
              + " cannot be written ("
              + failed.getClass().getSimpleName()
              + "): choose another with --state DIR.",
          failed);
    }
  }

  private static void ownFolder(Path folder) throws IOException {
    var own = PosixFilePermissions.fromString("rwx------");
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(own));
    } catch (FileAlreadyExistsException there) {
      Files.setPosixFilePermissions(folder, own);
    }
  }

  /** One properties file per service. */
  public Path config() {
    return root.resolve("config");
  }

  /** Secrets of the service clients: {@code <client id>.secret}. */
  public Path secrets() {
    return root.resolve("secrets");
  }

  /** Database passwords and the keysets that encrypt what is stored. */
  public Path keys() {
    return root.resolve("keys");
  }

  /** The local certification authority and the one certificate. */
  public Path tls() {
    return root.resolve("tls");
  }

  /** One log per part. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** Process ids, and the lock of the supervisor. */
  public Path run() {
    return root.resolve("run");
  }

  /** Settings that the platform's owner writes. */
  public OwnSettings settings() {
    return new OwnSettings(root.resolve("settings"));
  }

  /** Configuration folder of the Azure CLI. */
  public Path azure() {
    return root.resolve("az");
  }

  /** What the demo made. */
  public Path demo() {
    return root.resolve("demo");
  }

  public Path data(String part) {
    return root.resolve(part);
  }

  public Path log(String part) {
    return logs().resolve(part + ".log");
  }

  public Path pid(String part) {
    return run().resolve(part + ".pid");
  }
}
