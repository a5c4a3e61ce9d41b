package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.OpenFolder;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerUnpacker;
import io.slipway.builder.layer.NativeFiles;
import io.slipway.builder.layer.SourceChangedException;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.store.CacheFolders;
import io.slipway.builder.store.ImageTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** {@code RUN --mount}. */
final class RunMounts {
  /** Linux starts no program with a longer one. */
  private static final int LONGEST_VARIABLE = 131_000;

  /** As in BuildKit. */
  private static final int LARGEST_SECRET = 500 * 1024;

  private final BuildJob job;
  private final StageState state;
  private final ContextFiles context;
  private final StageInstructions.Sources sources;
  private final Expansion expansion;

  RunMounts(
      BuildJob job,
      StageState state,
      ContextFiles context,
      StageInstructions.Sources sources,
      Expansion expansion) {
    this.job = job;
    this.state = state;
    this.context = context;
    this.sources = sources;
    this.expansion = expansion;
  }

  /**
   * Mounts of one RUN.
   *
   * @param key what their content depends on
   * @param env secrets as variables
   */
  record Prepared(
      List<Mount> mounts, String key, List<CacheFolders.Held> held, Map<String, String> env)
      implements AutoCloseable {
    @Override
    public void close() {
      held.forEach(CacheFolders.Held::close);
    }
  }

  Prepared prepare(Instruction.Run run) throws EngineException, IOException, InterruptedException {
    List<MountOptions> all = new ArrayList<>();
    for (Map<String, String> written : run.mounts()) {
      all.add(MountOptions.of(run, written, expansion));
    }
    Prepared prepared = new Prepared(new ArrayList<>(), "", new ArrayList<>(), new TreeMap<>());
    CacheKey key = CacheKey.of("mounts");
    try {
      Map<MountOptions, Path> caches = caches(run, all, prepared);
      for (MountOptions options : all) {
        String target = target(run, options);
        key.with(options.type()).with(target);
        switch (options.type()) {
          case "tmpfs" -> prepared.mounts().add(Mount.tmpfs(target, options.size()));
          case "cache" -> {
            key.with(job.cacheFolders().name());
            Path folder = Objects.requireNonNull(caches.get(options));
            if (!options.get("from").isEmpty()) {
              key.with(plan(run, options, "/").key());
            }
            prepared.mounts().add(Mount.bind(folder, target, options.readOnly(false)));
          }
          case "secret" -> {
            key.with(options.get("env"));
            secret(run, options, prepared);
          }
          default -> bind(run, options, prepared, key);
        }
      }
    } catch (EngineException | IOException | InterruptedException | RuntimeException failed) {
      prepared.close();
      throw failed;
    }
    return new Prepared(prepared.mounts(), key.done(), prepared.held(), prepared.env());
  }

  private String target(Instruction.Run run, MountOptions options)
      throws EngineException, IOException {
    String target = options.get("target");
    if (target.isEmpty() && options.type().equals("secret")) {
      target = "/run/secrets/" + secretId(run, options);
    }
    if (target.isEmpty()) {
      throw Refusals.user(run, "RUN --mount needs target=");
    }
    String folder = state.config().workingDir();
    String absolute =
        target.startsWith("/") ? target : (folder.isEmpty() ? "/" : folder + "/") + target;
    return "/" + state.tree().resolve(absolute);
  }

  private static String secretId(Instruction.Run run, MountOptions options) throws EngineException {
    String target = options.get("target");
    String id = options.get("id") + options.get("source"); // never both
    if (id.isEmpty() && target.isEmpty()) {
      throw Refusals.user(run, "RUN --mount=type=secret needs id=");
    }
    return id.isEmpty() ? target.substring(target.lastIndexOf('/') + 1) : id;
  }

  /** As in BuildKit one that begins with other files is another one. */
  private String cacheId(Instruction.Run run, MountOptions options)
      throws EngineException, IOException, InterruptedException {
    String id = options.get("id").isEmpty() ? target(run, options) : options.get("id");
    if (!options.get("from").isEmpty()) {
      id += " from " + plan(run, options, "/").key();
    }
    String group = job.request().buildArgs().get(BuildArguments.CACHE_GROUP);
    return group == null || group.isEmpty() ? id : group + "/" + id;
  }

  /**
   * The folders of all caches, each held once. They are asked for in the order of their ids, by
   * every build: so no two builds wait for each other.
   */
  private Map<MountOptions, Path> caches(
      Instruction.Run run, List<MountOptions> all, Prepared prepared)
      throws EngineException, IOException, InterruptedException {
    Map<MountOptions, String> ids = new HashMap<>();
    Map<String, MountOptions> byId = new TreeMap<>();
    for (MountOptions options : all) {
      if (options.type().equals("cache")) {
        String id = cacheId(run, options);
        ids.put(options, id);
        byId.merge(id, options, MountOptions::stricter);
      }
    }
    Map<String, Path> folders = new TreeMap<>();
    for (Map.Entry<String, MountOptions> each : byId.entrySet()) {
      MountOptions options = each.getValue();
      String shown = options.get("id").isEmpty() ? target(run, options) : options.get("id");
      CacheFolders.Held held =
          job.cacheFolders()
              .hold(
                  each.getKey(),
                  options.sharing(),
                  options.mode(0755),
                  options.number("uid"),
                  options.number("gid"),
                  () ->
                      job.output()
                          .line(" ---> Waiting for the cache " + shown + ", in use elsewhere"),
                  first(run, options));
      prepared.held().add(held);
      folders.put(each.getKey(), held.path());
    }
    Map<MountOptions, Path> found = new HashMap<>();
    ids.forEach((options, id) -> found.put(options, Objects.requireNonNull(folders.get(id))));
    return found;
  }

  /** What a new cache holds: a folder of a stage, an image or a further context. */
  private Optional<CacheFolders.Content> first(Instruction.Run run, MountOptions options)
      throws EngineException, IOException, InterruptedException {
    if (options.get("from").isEmpty()) {
      return Optional.empty();
    }
    CopyPlan plan = plan(run, options, "/");
    return Optional.of(folder -> {
      LayerUnpacker unpacker = new LayerUnpacker(folder);
      plan.write(unpacker);
      unpacker.finish();
    });
  }

  private void secret(Instruction.Run run, MountOptions options, Prepared prepared)
      throws EngineException, IOException {
    String id = secretId(run, options);
    Path file = job.request().secrets().get(id);
    if (file == null) {
      if (options.isRequired()) {
        throw Refusals.user(run, "secret " + id + ": not found");
      }
      return;
    }
    byte[] secret = content(run, id, file);
    String variable = options.get("env");
    if (!variable.isEmpty()) {
      prepared.env().put(variable, variable(run, id, secret));
      if (options.get("target").isEmpty()) {
        return; // a file only if one is asked for
      }
    }
    // A copy, so that owner and mode can be set; only this run sees its folder.
    Path copy = job.containers().scratchFolder().resolve("secret");
    Files.write(copy, secret);
    NativeFiles.chown(copy, options.number("uid"), options.number("gid"));
    NativeFiles.chmod(copy, options.mode(0400));
    prepared.mounts().add(Mount.bind(copy, target(run, options), true));
  }

  /** Not followed: what has become a link since the request was made. */
  static byte[] content(Instruction run, String id, Path file) throws EngineException, IOException {
    try (OpenFolder folder = OpenFolder.openReal(Objects.requireNonNull(file.getParent()))) {
      return folder.read(file.getFileName().toString(), LARGEST_SECRET);
    } catch (FileSystemException other) {
      throw Refusals.user(
          run,
          "secret %s: its file is gone, is behind a link, or has more than %d bytes"
              .formatted(id, LARGEST_SECRET));
    }
  }

  private static String variable(Instruction.Run run, String id, byte[] secret)
      throws EngineException {
    String text = new String(secret, StandardCharsets.UTF_8);
    if (secret.length > LONGEST_VARIABLE || text.indexOf('\0') >= 0) {
      throw Refusals.user(
          run,
          "no variable can hold the secret "
              + id
              + ": it has a zero byte, or more than "
              + LONGEST_VARIABLE
              + " bytes; mount it as a file");
    }
    return text;
  }

  /** A folder or file of the context, a stage or an image; a copy of it, so writes are dropped. */
  private void bind(Instruction.Run run, MountOptions options, Prepared prepared, CacheKey key)
      throws EngineException, IOException, InterruptedException {
    FileSource source = source(options);
    String real = source.resolve(options.get("source"));
    boolean file =
        !real.isEmpty()
            && source.find(real).map(e -> e.type() == LayerEntry.Type.FILE).orElse(false);
    CopyPlan plan = plan(run, options, file ? "/mount" : "/mount/");
    Path content = job.containers().scratchFolder().resolve("files");
    Files.createDirectory(content);
    LayerUnpacker unpacker = new LayerUnpacker(content);
    try {
      plan.write(unpacker);
    } catch (SourceChangedException changed) {
      throw Refusals.user(run, "RUN --mount: " + changed.getMessage());
    }
    unpacker.finish();
    // Of what was copied, whatever a step has made of the source since.
    key.with(plan.key());
    prepared
        .mounts()
        .add(Mount.bind(content.resolve("mount"), target(run, options), options.readOnly(true)));
  }

  private FileSource source(MountOptions options)
      throws EngineException, IOException, InterruptedException {
    String from = options.get("from");
    return from.isEmpty() ? context : sources.find(from);
  }

  private CopyPlan plan(Instruction.Run run, MountOptions options, String target)
      throws EngineException, IOException, InterruptedException {
    CopyPlan plan =
        new CopyPlan(emptyTree(), new CopyPlan.CopyOptions(null, null, List.of()), Instant.EPOCH);
    try {
      plan.add(source(options), options.get("source"), target, false);
    } catch (IOException missing) {
      throw Refusals.user(run, "RUN --mount: " + missing.getMessage());
    }
    return plan;
  }

  private ImageTree emptyTree() throws IOException {
    return job.space().tree(List.of());
  }
}
