package io.slipway.agent.context;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.git.GitLocationResolver;
import org.apache.sshd.git.pack.GitPackCommandFactory;
import org.apache.sshd.server.SshServer;

/** Git repositories of a folder over a real SSH server, which one key opens. */
final class TestSshGit implements AutoCloseable {
  private final Path folder;
  private final SshServer server = SshServer.setUpDefaultServer();
  private final KeyPair host = key();
  private final KeyPair user = key();

  /** Users that were let in. */
  final List<String> seen = new CopyOnWriteArrayList<>();

  /**
   * Starts one.
   *
   * @param folder for keys
   * @param port 0 for any
   */
  TestSshGit(Path folder, Path repositories, String address, int port) throws Exception {
    this.folder = Files.createDirectories(folder);
    server.setHost(address);
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(host));
    server.setPublickeyAuthenticator((name, key, session) -> {
      boolean known = KeyUtils.compareKeys(key, user.getPublic());
      if (known) {
        seen.add(name);
      }
      return known;
    });
    server.setCommandFactory(
        new GitPackCommandFactory(GitLocationResolver.constantPath(repositories)));
    server.start();
  }

  private static KeyPair key() throws GeneralSecurityException {
    return KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
  }

  int port() {
    return server.getPort();
  }

  /** Private key of the one user. */
  Path key(String name) throws Exception {
    return write(name, user);
  }

  /** Private key of somebody else. */
  Path strangersKey() throws Exception {
    return write("stranger", key());
  }

  private Path write(String name, KeyPair key) throws Exception {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (OutputStream out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, out);
    }
    return file;
  }

  /** A file of known hosts with this server. */
  Path knownHosts(String name) throws IOException {
    return known(name, host);
  }

  /** A file of known hosts with another key for this server. */
  Path otherKnownHosts() throws Exception {
    return known("other-hosts", key());
  }

  /** The form that {@code ssh-keyscan -p} prints. */
  private Path known(String name, KeyPair key) throws IOException {
    String shown = port() == 22 ? server.getHost() : "[%s]:%d".formatted(server.getHost(), port());
    return Files.writeString(
        folder.resolve(name), shown + " " + PublicKeyEntry.toString(key.getPublic()) + "\n");
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
