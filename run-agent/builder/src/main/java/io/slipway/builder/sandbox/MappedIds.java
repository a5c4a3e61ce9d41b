package io.slipway.builder.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.jna.LastErrorException;
import io.slipway.builder.BuiltinOptions.Ids;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.OpenNamespace.C;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Ids of the machine that stand for those of containers, whose root is nobody there. Files keep the
 * ids that they have: mounts that a container alone has show them as its own.
 *
 * @see <a href="https://docs.kernel.org/filesystems/idmappings.html">idmapped mounts</a>
 */
public final class MappedIds implements AutoCloseable {
  /** System calls have these numbers on all processors. */
  private static final long OPEN_TREE = 428;

  private static final long MOVE_MOUNT = 429;
  private static final long MOUNT_SETATTR = 442;
  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final int CLOEXEC = 02000000;
  private static final long MOUNT_ATTR_IDMAP = 0x100000;
  private static final long MOUNT_ATTR_RDONLY = 1;
  private static final int PR_SET_SECUREBITS = 28;
  private static final int NO_SETUID_FIXUP = 4;

  private final Ids ids;
  private final int namespace;

  private MappedIds(Ids ids, int namespace) {
    this.ids = ids;
    this.namespace = namespace;
  }

  /**
   * Makes what maps them.
   *
   * @throws IOException if this process is not the machine's root, somebody has one of them, or the
   *     kernel refuses
   */
  public static MappedIds open(Ids ids) throws IOException {
    if (!UserMap.current().isWhole()) {
      throw new IOException("the agent is not the machine's root");
    }
    requireFree(ids, Path.of("/etc"));
    ProcessBuilder builder =
        new ProcessBuilder("unshare", "--user", "sh", "-c", "echo; read end")
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Tools.ENVIRONMENT);
    Process member = builder.start();
    try {
      String said = member.inputReader().readLine();
      if (said == null || !said.isEmpty()) {
        throw new IOException("no user namespace can be made: " + said);
      }
      Path process = Path.of("/proc", String.valueOf(member.pid()));
      for (String map : List.of("uid_map", "gid_map")) {
        Files.writeString(process.resolve(map), "0 %d %d\n".formatted(ids.first(), ids.count()));
      }
      return new MappedIds(ids, C.open(process.resolve("ns/user").toString(), CLOEXEC));
    } catch (LastErrorException refused) {
      throw new IOException("no user namespace can be made: " + refused.getMessage(), refused);
    } finally {
      member.destroyForcibly();
    }
  }

  /** Fails if a user or a group has one of some ids, or was given it for containers. */
  static void requireFree(Ids ids, Path etc) throws IOException {
    for (String name : List.of("passwd", "group", "subuid", "subgid")) {
      Path file = etc.resolve(name);
      boolean ranges = name.startsWith("sub");
      for (String line :
          Files.exists(file) ? Files.readAllLines(file, ISO_8859_1) : List.<String>of()) {
        String[] words = line.split(":", -1);
        long first = number(words, ranges ? 1 : 2);
        long end = first + (ranges ? number(words, 2) : 1);
        if (first >= 0 && first < ids.first() + ids.count() && end > ids.first()) {
          throw new IOException("%s has some of these ids for %s".formatted(file, words[0]));
        }
      }
    }
  }

  private static long number(String[] words, int at) {
    return words.length > at && words[at].matches("\\d{1,10}") ? Long.parseLong(words[at]) : -1;
  }

  Ids ids() {
    return ids;
  }

  /** The users of containers. */
  UserMap users() {
    List<UserMap.Range> all = List.of(new UserMap.Range(0, ids.count()));
    return new UserMap(all, all, true);
  }

  /**
   * Fails where files cannot be shown with other ids.
   *
   * @throws IOException saying why not
   */
  public void require(Path files) throws IOException {
    int unused = C.close(clone(files, true));
  }

  /** Files or a folder as a container sees them, mounted nowhere yet. */
  int clone(Path files, boolean readOnly) throws IOException {
    int tree = -1;
    try {
      int how = OPEN_TREE_CLONE | CLOEXEC | AT_RECURSIVE;
      tree = (int) C.syscall(OPEN_TREE, AT_FDCWD, files.toString(), how, new byte[1], 0);
      ByteBuffer wish = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
      wish.putLong(MOUNT_ATTR_IDMAP | (readOnly ? MOUNT_ATTR_RDONLY : 0))
          .putLong(0)
          .putLong(0)
          .putLong(namespace);
      int all = AT_EMPTY_PATH | AT_RECURSIVE;
      long unused = C.syscall(MOUNT_SETATTR, tree, "", all, wish.array(), wish.capacity());
      return tree;
    } catch (LastErrorException refused) {
      close(tree);
      throw new IOException(
          "files of %s cannot have other ids in a container: %s (slipway.agent.ids)"
              .formatted(files, refused.getMessage()),
          refused);
    }
  }

  /** Mounts what was cloned. */
  static void move(int tree, Path target) {
    byte[] path = (target + "\0").getBytes(StandardCharsets.UTF_8);
    long unused = C.syscall(MOVE_MOUNT, tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
  }

  static void close(int tree) {
    if (tree >= 0) {
      int unused = C.close(tree);
    }
  }

  /**
   * Has this thread make files as root of a container does, with all of its rights; it must end
   * soon. An overlay works on files as whoever mounted it.
   */
  void become() {
    int unused = C.prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP);
    unused = C.setfsgid((int) ids.first()) + C.setfsuid((int) ids.first());
  }

  @Override
  public void close() {
    close(namespace);
  }
}
