package io.slipway.agent.context;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.builder.OpenFile.About;
import io.slipway.builder.OpenFolder;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces git LFS pointers with the files that they point to. The agent speaks the protocol
 * itself, so that every host is checked and nothing has to be installed.
 *
 * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md">batch API</a>
 */
final class LfsFiles {
  private static final String JSON = "application/vnd.git-lfs+json";
  private static final int LARGEST_POINTER = 1024;
  private static final int LARGEST_ANSWER = 4 << 20;
  private static final int AT_ONCE = 100;
  private static final Pattern POINTER =
      Pattern.compile(
          "version https://(?:git-lfs\\.github\\.com|hawser\\.github\\.com)/spec/v1\\n"
              + "(?:.*\\n)*?oid sha256:([0-9a-f]{64})\\nsize (\\d{1,18})\\n(?:.*\\n)*");

  private final CheckedHttp<Refusal> http;
  private final ContextLimits limits;
  private final ContextAccess access;
  private final ObjectMapper json =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // A null among files or headers counts as missing.
          .setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.SKIP));

  /** A file that is a pointer. */
  private record Pointer(String path, int rights, String oid, long size) {}

  private record Question(String operation, List<String> transfers, List<Wanted> objects) {}

  private record Wanted(String oid, long size) {}

  private record Batch(@Nullable List<LfsObject> objects) {}

  private record LfsObject(String oid, @Nullable Actions actions, @Nullable Problem error) {
    @Nullable Download download() {
      return actions == null ? null : actions.download();
    }
  }

  private record Actions(@Nullable Download download) {}

  private record Download(@Nullable String href, @Nullable Map<String, String> header) {}

  private record Problem(@Nullable String message) {}

  LfsFiles(CheckedHttp<Refusal> http, ContextLimits limits, ContextAccess access) {
    this.http = http;
    this.limits = limits;
    this.access = access;
  }

  /** Replaces the pointers of a checked out repository. */
  void fetch(GitRepository repository, GitAddress remote, Path scratch, ContextBudget budget)
      throws IOException, Refusal, InterruptedException {
    // Held open: a repository made by hand may have a link above the name of a file.
    try (OpenFolder files = OpenFolder.open(repository.git().folder())) {
      List<Pointer> pointers = pointers(repository.large(), files);
      if (!pointers.isEmpty()) {
        fetch(pointers, files, server(repository.git(), remote), scratch, budget);
      }
    }
  }

  private void fetch(
      List<Pointer> pointers,
      OpenFolder files,
      GitAddress server,
      Path scratch,
      ContextBudget budget)
      throws IOException, Refusal, InterruptedException {
    if (!server.isHttp()) {
      access
          .log()
          .engine(
              "WARNING: %d files of git LFS stay pointers: they can be fetched over http only"
                  .formatted(pointers.size()));
      return;
    }
    String secret = server.secret();
    if (secret != null) {
      access.log().masker().learn(secret);
    }
    for (int i = 0; i < pointers.size(); i += AT_ONCE) {
      List<Pointer> some = pointers.subList(i, Math.min(i + AT_ONCE, pointers.size()));
      Map<String, LfsObject> objects = ask(server, some);
      for (Pointer pointer : some) {
        budget.bytes(pointer.path(), pointer.size());
        replace(pointer, objects.get(pointer.oid()), files, scratch);
      }
    }
  }

  private static List<Pointer> pointers(List<String> paths, OpenFolder files) throws IOException {
    List<Pointer> pointers = new ArrayList<>();
    for (String path : paths) {
      About about = files.find(path).orElse(null);
      if (about == null || !about.isFile() || about.size() > LARGEST_POINTER) {
        continue;
      }
      Matcher match =
          POINTER.matcher(
              new String(files.read(path, LARGEST_POINTER), StandardCharsets.ISO_8859_1));
      if (match.matches()) {
        pointers.add(
            new Pointer(path, about.permissions(), match.group(1), Long.parseLong(match.group(2))));
      }
    }
    return pointers;
  }

  /** Where the files are: at the address that the repository names, or beside it. */
  private static GitAddress server(Git git, GitAddress remote)
      throws IOException, InterruptedException {
    String written = "";
    if (Files.isRegularFile(git.folder().resolve(".lfsconfig"), LinkOption.NOFOLLOW_LINKS)) {
      try {
        written = git.run("config", "-f", ".lfsconfig", "--get", "lfs.url").strip();
      } catch (Git.FailedException noUrl) {
        written = "";
      }
    }
    if (!written.isEmpty()) {
      return GitAddress.parse(written).withSecretOf(remote);
    }
    String base = remote.base();
    String text = (base.endsWith(".git") ? base : base + ".git") + "/info/lfs";
    return new GitAddress(
        text, remote.scheme(), remote.host(), remote.port(), remote.user(), remote.password());
  }

  private Map<String, LfsObject> ask(GitAddress server, List<Pointer> pointers)
      throws IOException, Refusal, InterruptedException {
    List<Wanted> wanted =
        pointers.stream().map(pointer -> new Wanted(pointer.oid(), pointer.size())).toList();
    Map<String, String> headers = new HashMap<>(Map.of("Accept", JSON, "Content-Type", JSON));
    String password = server.loginPassword();
    if (password != null) {
      headers.put("Authorization", FetchTarball.basic(server.loginUser() + ":" + password));
    }
    URI address = URI.create(server.base() + "/objects/batch");
    byte[] body = json.writeValueAsBytes(new Question("download", List.of("basic"), wanted));
    Batch answer =
        ContextDownload.tried(() ->
            http.post(
                address,
                headers,
                body,
                received -> {
                  if (!received.ok()) {
                    throw new ContextDownload.StatusException(received.status());
                  }
                  // The answer may be the JSON null.
                  return Objects.requireNonNullElse(
                      json.readValue(received.body().readNBytes(LARGEST_ANSWER), Batch.class),
                      new Batch(null));
                }));
    Map<String, LfsObject> objects = new HashMap<>();
    for (LfsObject object : Objects.requireNonNullElse(answer.objects(), List.<LfsObject>of())) {
      objects.put(object.oid(), object);
    }
    return objects;
  }

  private void replace(Pointer pointer, @Nullable LfsObject object, OpenFolder files, Path scratch)
      throws IOException, Refusal, InterruptedException {
    Download download = object == null ? null : object.download();
    String href = download == null ? null : download.href();
    if (download == null || href == null || href.isEmpty()) {
      Problem problem = object == null ? null : object.error();
      String why = problem == null ? null : problem.message();
      throw new ContextRefusedException(
          "the LFS server does not give '%s'%s"
              .formatted(
                  ContextRefusedException.shown(pointer.path()),
                  why == null || why.isEmpty() ? "" : ": " + ContextRefusedException.shown(why)));
    }
    Map<String, String> headers = Objects.requireNonNullElse(download.header(), Map.of());
    headers.values().forEach(access.log().masker()::learn);
    Path file = scratch.resolve("lfs");
    ContextLimits own =
        new ContextLimits(
            Math.min(pointer.size(), limits.downloadBytes()), 0, 0, limits.freeBytes());
    URI address = address(pointer, href);
    Path saved =
        ContextDownload.tried(() -> http.get(address, headers, answer -> saved(answer, file, own)));
    if (Files.size(saved) != pointer.size() || !sha256(saved).equals(pointer.oid())) {
      throw new ContextRefusedException(
          "what the LFS server sent for '%s' is not that file"
              .formatted(ContextRefusedException.shown(pointer.path())));
    }
    Files.setAttribute(saved, "unix:mode", pointer.rights());
    int name = pointer.path().lastIndexOf('/') + 1;
    try (OpenFolder from = OpenFolder.open(scratch);
        OpenFolder to = files.folder(pointer.path().substring(0, name))) {
      from.move("lfs", to, pointer.path().substring(name));
    }
  }

  private static URI address(Pointer pointer, String href) throws ContextRefusedException {
    try {
      return URI.create(href);
    } catch (IllegalArgumentException malformed) {
      throw new ContextRefusedException(
          "the LFS server gives '%s' at what is not an address"
              .formatted(ContextRefusedException.shown(pointer.path())),
          malformed);
    }
  }

  private static Path saved(CheckedHttp.Answer answer, Path file, ContextLimits limits)
      throws IOException {
    if (!answer.ok()) {
      throw new ContextDownload.StatusException(answer.status());
    }
    ContextDownload.save(answer.body(), file, limits);
    return file;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
      digested.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
