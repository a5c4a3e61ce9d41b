package io.slipway.infra;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The users of a broker: a file {@code <user>.password} for each, which only its owner may read.
 * The broker looks there at each log-in ({@link ScramPasswordFiles}), so a user who is added or
 * taken away counts at once.
 *
 * @param folder folder of the files
 */
public record KafkaUsers(Path folder) {
  private static final String SUFFIX = ".password";
  private static final int LONGEST_NAME = 64;

  /** File of a user's password, which need not be there. */
  public Path file(String user) {
    return folder.resolve(user + SUFFIX);
  }

  /** Password of a user, who is made with one of 256 random bits if there is none. */
  public String password(String user) {
    try {
      Optional<String> there = find(user);
      return there.isPresent() ? there.get() : set(user, random());
    } catch (IOException failed) {
      throw new InfraException(file(user) + ": " + failed.getMessage(), failed);
    }
  }

  /** Makes a user, or gives one another password, and returns it. */
  public String set(String user, String password) throws IOException {
    var own = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(own));
    KafkaAccess.secret(file(user), password);
    return password;
  }

  /** Takes away the users whom the test picks. */
  public void remove(Predicate<String> picked) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (picked.test(name.substring(0, name.length() - SUFFIX.length()))) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Password of a user, if there is one.
   *
   * @param user any text that a client sent: one that is no plain name is nobody's
   */
  Optional<String> find(String user) throws IOException {
    if (user.isEmpty()
        || user.length() > LONGEST_NAME
        || !user.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z')) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file(user)).strip()).filter(text -> !text.isEmpty());
    } catch (NoSuchFileException nobody) {
      return Optional.empty();
    }
  }

  private static String random() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
