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
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final CopyInstruction.Expansion expansion;

  RunMounts(
      BuildJob job,
      StageState state,
      ContextFiles context,
      StageInstructions.Sources sources,
      CopyInstruction.Expansion expansion) {
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
    Prepared prepared = new Prepared(new ArrayList<>(), "", new ArrayList<>(), new TreeMap<>());
    CacheKey key = CacheKey.of("mounts");
    try {
      for (Map<String, String> options : run.mounts()) {
        key.with(options.getOrDefault("type", "bind")).with(target(run, options));
        switch (options.getOrDefault("type", "bind")) {
          case "tmpfs" -> prepared.mounts().add(Mount.tmpfs(target(run, options), size(options)));
          case "cache" -> {
            key.with(job.cacheFolders().name());
            cache(run, options, prepared);
          }
          case "secret" -> {
            key.with(option(options, "env"));
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

  private static List<String> size(Map<String, String> options) {
    String size = options.get("size");
    return size == null ? List.of() : List.of("size=" + size);
  }

  private String target(Instruction.Run run, Map<String, String> options)
      throws EngineException, IOException {
    String text = option(options, "target", "dst", "destination");
    if (text.isEmpty() && "secret".equals(options.get("type"))) {
      text = "/run/secrets/" + id(run, options);
    }
    if (text.isEmpty()) {
      throw Refusals.user(run, "RUN --mount needs target=");
    }
    String target = expansion.expand(run, text);
    String folder = state.config().workingDir();
    String absolute =
        target.startsWith("/") ? target : (folder.isEmpty() ? "/" : folder + "/") + target;
    return "/" + state.tree().resolve(absolute);
  }

  private static String option(Map<String, String> options, String... names) {
    for (String name : names) {
      String value = options.get(name);
      if (value != null) {
        return value;
      }
    }
    return "";
  }

  private static String id(Instruction.Run run, Map<String, String> options)
      throws EngineException {
    String id = option(options, "id");
    if (!id.isEmpty()) {
      return id;
    }
    String target = option(options, "target", "dst", "destination");
    if (target.isEmpty()) {
      throw Refusals.user(run, "RUN --mount=type=secret needs id=");
    }
    return target.substring(target.lastIndexOf('/') + 1);
  }

  private void cache(Instruction.Run run, Map<String, String> options, Prepared prepared)
      throws EngineException, IOException {
    String target = target(run, options);
    String id = option(options, "id");
    CacheFolders.Held held =
        job.cacheFolders()
            .hold(
                id.isEmpty() ? target : id,
                option(options, "sharing").isEmpty() || option(options, "sharing").equals("shared"),
                mode(run, options, "0755"),
                number(run, options, "uid"),
                number(run, options, "gid"));
    prepared.held().add(held);
    boolean readOnly = flag(options, "ro") || flag(options, "readonly");
    prepared.mounts().add(Mount.bind(held.path(), target, readOnly));
  }

  private void secret(Instruction.Run run, Map<String, String> options, Prepared prepared)
      throws EngineException, IOException {
    String id = id(run, options);
    Path file = job.request().secrets().get(id);
    if (file == null) {
      if (flag(options, "required")) {
        throw Refusals.user(run, "secret " + id + ": not found");
      }
      return;
    }
    byte[] secret = content(run, id, file);
    String variable = option(options, "env");
    if (!variable.isEmpty()) {
      prepared.env().put(variable, variable(run, id, secret));
      if (option(options, "target", "dst", "destination").isEmpty()) {
        return; // a file only if one is asked for
      }
    }
    // A copy, so that owner and mode can be set; only this run sees its folder.
    Path copy = job.containers().scratchFolder().resolve("secret");
    Files.write(copy, secret);
    NativeFiles.chown(copy, number(run, options, "uid"), number(run, options, "gid"));
    NativeFiles.chmod(copy, mode(run, options, "0400"));
    prepared.mounts().add(Mount.bind(copy, target(run, options), true));
  }

  /** Not followed: what has become a link since the request was made. */
  private static byte[] content(Instruction.Run run, String id, Path file)
      throws EngineException, IOException {
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

  private static boolean flag(Map<String, String> options, String name) {
    return "true".equals(options.get(name));
  }

  private static int mode(Instruction.Run run, Map<String, String> options, String fallback)
      throws EngineException {
    String text = options.getOrDefault("mode", fallback);
    if (!text.matches("[0-7]{3,4}")) {
      throw Refusals.user(run, "RUN --mount mode=" + text + " must be octal, such as 0755");
    }
    return Integer.parseInt(text, 8);
  }

  private static long number(Instruction.Run run, Map<String, String> options, String name)
      throws EngineException {
    String text = options.getOrDefault(name, "0");
    if (!text.matches("\\d{1,9}")) {
      throw Refusals.user(run, "RUN --mount " + name + "=" + text + " must be a number");
    }
    return Long.parseLong(text);
  }

  /** A folder or file of the context, a stage or an image; a copy of it, so writes are dropped. */
  private void bind(
      Instruction.Run run, Map<String, String> options, Prepared prepared, CacheKey key)
      throws EngineException, IOException, InterruptedException {
    String from = option(options, "from");
    FileSource source = from.isEmpty() ? context : sources.find(expansion.expand(run, from));
    String path = expansion.expand(run, option(options, "source", "src"));
    String real = source.resolve(path);
    Path folder = job.containers().scratchFolder();
    CopyPlan plan =
        new CopyPlan(
            emptyTree(), new CopyPlan.CopyOptions(null, null, false, List.of()), Instant.EPOCH);
    boolean file =
        !real.isEmpty()
            && source.find(real).map(e -> e.type() == LayerEntry.Type.FILE).orElse(false);
    try {
      plan.add(source, path, file ? "/mount" : "/mount/", false);
    } catch (IOException missing) {
      throw Refusals.user(run, "RUN --mount: " + missing.getMessage());
    }
    Path content = folder.resolve("files");
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
    boolean writable = flag(options, "rw") || flag(options, "readwrite");
    prepared.mounts().add(Mount.bind(content.resolve("mount"), target(run, options), !writable));
  }

  private ImageTree emptyTree() throws IOException {
    return job.space().tree(List.of());
  }
}
