package io.slipway.identity.serviceclient;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A service client as the installer gives it.
 *
 * @param clientId name of the file without {@code .secret}
 * @param secretHash of the file's content
 */
record ServiceClientFile(String clientId, byte[] secretHash) {
  private static final String SUFFIX = ".secret";
  private static final Pattern CLIENT_ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern SECRET = Pattern.compile("[0-9a-f]{64}");

  /**
   * Reads the folder.
   *
   * @throws IllegalStateException if it is missing or a file in it is no secret; names the file
   */
  static List<ServiceClientFile> readAll(Path folder) {
    List<ServiceClientFile> clients = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        clients.add(read(file));
      }
    } catch (IOException unreadable) {
      throw new IllegalStateException(
          "The service clients' secrets can't be read from "
              + folder
              + " (slipway.identity.clients-dir)",
          unreadable);
    }
    return clients;
  }

  private static ServiceClientFile read(Path file) throws IOException {
    String name = file.getFileName().toString();
    String clientId = name.substring(0, name.length() - SUFFIX.length());
    String secret = Files.readString(file).strip();
    if (!CLIENT_ID.matcher(clientId).matches()) {
      throw new IllegalStateException(
          file + ": a client id is lower case letters, digits and hyphens");
    }
    // A plain hash is enough for such secrets, and only for such.
    if (!SECRET.matcher(secret).matches()) {
      throw new IllegalStateException(
          file + ": a secret is 256 random bits, written as 64 hex digits (openssl rand -hex 32)");
    }
    return new ServiceClientFile(clientId, SecretHash.hash(secret));
  }
}
