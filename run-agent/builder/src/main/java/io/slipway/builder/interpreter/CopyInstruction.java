package io.slipway.builder.interpreter;

import com.google.re2j.Pattern;
import io.slipway.builder.EngineException;
import io.slipway.builder.OpenFile;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.dockerfile.HeredocMark;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.dockerfile.Instruction.Heredoc;
import io.slipway.builder.interpreter.CopyPlan.CopyOptions;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.layer.LayerReader.LayerSink;
import io.slipway.builder.layer.SourceChangedException;
import io.slipway.builder.store.LayerDraft;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code COPY} and {@code ADD}. Needs no right and unpacks nothing. */
final class CopyInstruction {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");

  /** Replaces variables. */
  interface Expansion {
    /** In a word, whose quotes are taken off. */
    String expand(Instruction at, String text) throws EngineException;

    /** In a here-document, where quotes are letters like others. */
    String expandText(Instruction at, String text) throws EngineException;

    /** What the word of a source opens, if it is no path. */
    Optional<HeredocMark> heredoc(String word);

    /** For words in which nothing is replaced. */
    Expansion NONE =
        new Expansion() {
          @Override
          public String expand(Instruction at, String text) {
            return text;
          }

          @Override
          public String expandText(Instruction at, String text) {
            return text;
          }

          @Override
          public Optional<HeredocMark> heredoc(String word) {
            return Optional.empty();
          }
        };
  }

  private final BuildJob job;
  private final StageState state;
  private final ContextFiles context;
  private final StageInstructions.Sources sources;
  private final Expansion expansion;
  private final List<Path> archives = new ArrayList<>();

  CopyInstruction(
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

  boolean copy(Instruction.Copy copy) throws EngineException, IOException, InterruptedException {
    String from = copy.from();
    FileSource source = from == null ? context : sources.find(expansion.expand(copy, from));
    CopyPlan plan =
        new CopyPlan(
            state.tree(), options(copy, copy.flags(), copy.exclude()), job.clock().instant());
    List<String> paths = new ArrayList<>();
    for (String each : copy.sources()) {
      if (heredoc(copy.heredocs(), each).isEmpty()) {
        paths.addAll(matches(copy, source, expansion.expand(copy, each)));
      }
    }
    String shown = expansion.expand(copy, copy.destination());
    int count = paths.size() + copy.heredocs().size();
    requireSources(copy, copy.sources(), count);
    boolean intoFolder = intoFolder(copy, shown, count);
    String destination = absolute(shown);
    for (String path : paths) {
      addTo(copy, plan, source, path, destination, intoFolder);
    }
    heredocs(copy, copy.heredocs(), copy.sources(), plan, destination, intoFolder);
    return layer(copy, "COPY", plan, destination);
  }

  boolean add(Instruction.Add add) throws EngineException, IOException, InterruptedException {
    CopyOptions options = options(add, add.flags(), add.exclude());
    CopyPlan plan = new CopyPlan(state.tree(), options, job.clock().instant());
    List<String> paths = new ArrayList<>();
    List<URI> addresses = new ArrayList<>();
    for (String each : add.sources()) {
      String expanded = expansion.expand(add, each);
      if ((expanded.startsWith("http://") || expanded.startsWith("https://"))) {
        addresses.add(URI.create(expanded));
      } else if (heredoc(add.heredocs(), each).isEmpty()) {
        paths.addAll(matches(add, context, expanded));
      }
    }
    String shown = expansion.expand(add, add.destination());
    int count = paths.size() + addresses.size() + add.heredocs().size();
    requireSources(add, add.sources(), count);
    boolean intoFolder = intoFolder(add, shown, count);
    String destination = absolute(shown);
    for (String path : paths) {
      Optional<LayerEntry> entry = context.find(context.resolve(path));
      Optional<ArchiveFiles> archive =
          entry.isPresent() && entry.get().type() == LayerEntry.Type.FILE
              ? archive(add, entry.get())
              : Optional.empty();
      if (archive.isPresent()) {
        plan.add(archive.get(), "", destination, true);
      } else {
        addTo(add, plan, context, path, destination, intoFolder);
      }
    }
    for (URI address : addresses) {
      download(add, plan, address, destination, intoFolder);
    }
    heredocs(add, add.heredocs(), add.sources(), plan, destination, intoFolder);
    try {
      return layer(add, "ADD", plan, destination);
    } finally {
      for (Path copy : archives) {
        Files.deleteIfExists(copy);
      }
    }
  }

  private void addTo(
      Instruction at,
      CopyPlan plan,
      FileSource source,
      String path,
      String destination,
      boolean intoFolder)
      throws EngineException {
    try {
      plan.add(source, path, destination, intoFolder);
    } catch (IOException missing) {
      throw Refusals.user(at, "COPY failed: " + missing.getMessage());
    }
  }

  private void download(
      Instruction.Add add, CopyPlan plan, URI address, String destination, boolean intoFolder)
      throws EngineException, IOException, InterruptedException {
    Path file = job.containers().scratchFolder().resolve("download");
    Instant changed = job.downloads().fetch(address, file);
    GivenFile content = GivenFile.of(file);
    String checksum = add.flags().get("checksum");
    if (checksum != null && !checksum.equals(content.digest())) {
      throw Refusals.user(
          add, "digest mismatch: " + address + " has " + content.digest() + ", not " + checksum);
    }
    String path = String.valueOf(address.getPath());
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (intoFolder && name.isEmpty()) {
      throw Refusals.user(add, "cannot tell a file name from " + address);
    }
    String base = state.tree().resolve(destination);
    String target = intoFolder ? LayerPath.join(base, name) : base;
    plan.add(LayerEntry.file(target, 0600, 0, 0, changed, content.size()), content);
  }

  private void heredocs(
      Instruction at,
      List<Heredoc> heredocs,
      List<String> words,
      CopyPlan plan,
      String destination,
      boolean intoFolder)
      throws EngineException, IOException {
    for (String word : words) {
      Optional<Heredoc> found = heredoc(heredocs, word);
      if (found.isPresent()) {
        Heredoc heredoc = found.get();
        String text =
            heredoc.expand() ? expansion.expandText(at, heredoc.content()) : heredoc.content();
        GivenFile content = GivenFile.of(text.getBytes(StandardCharsets.UTF_8));
        String base = state.tree().resolve(destination);
        String target = intoFolder ? LayerPath.join(base, heredoc.name()) : base;
        plan.add(
            LayerEntry.file(target, 0644, 0, 0, job.clock().instant(), content.size()), content);
      }
    }
  }

  private Optional<Heredoc> heredoc(List<Heredoc> heredocs, String word) {
    return expansion
        .heredoc(word)
        .flatMap(mark -> heredocs.stream().filter(h -> h.name().equals(mark.name())).findFirst());
  }

  private List<String> matches(Instruction at, FileSource source, String pattern)
      throws EngineException, IOException {
    // Paths above the context mean the context, as in Docker.
    String path = Path.of("/" + pattern).normalize().toString().substring(1);
    boolean parents = pattern.contains("/./");
    List<String> found = parents ? List.of(pattern) : Glob.find(source, path);
    // A pattern may match nothing ("package-lock.json*"), a name must exist.
    if (found.isEmpty() && !WILDCARD.matcher(pattern).find()) {
      throw noSources(at, pattern);
    }
    return found;
  }

  private static void requireSources(Instruction at, List<String> patterns, int count)
      throws EngineException {
    if (count == 0) {
      throw noSources(at, String.join(" ", patterns));
    }
  }

  private static EngineException noSources(Instruction at, String patterns) {
    return Refusals.user(at, "COPY failed: no source files were specified by '" + patterns + "'");
  }

  private boolean intoFolder(Instruction at, String destination, int sources)
      throws EngineException {
    boolean folder =
        destination.endsWith("/") || destination.equals(".") || destination.endsWith("/.");
    if (sources > 1 && !folder) {
      throw Refusals.user(
          at,
          "When using COPY with more than one source file, the destination must be a directory and"
              + " end with a /");
    }
    return folder;
  }

  private String absolute(String destination) {
    String folder = state.config().workingDir();
    return destination.startsWith("/")
        ? destination
        : (folder.isEmpty() ? "/" : folder + "/") + destination;
  }

  private CopyOptions options(Instruction at, Map<String, String> flags, List<String> exclude)
      throws EngineException, IOException {
    String chown = flags.get("chown");
    String chmod = flags.get("chmod");
    CopyOptions.@Nullable Owner owner = null;
    if (chown != null) {
      try {
        owner = UserLookup.of(state.tree()).owner(expansion.expand(at, chown));
      } catch (IOException unknown) {
        throw Refusals.user(at, String.valueOf(unknown.getMessage()));
      }
    }
    @Nullable ModeChange mode =
        chmod == null ? null : ModeChange.parse(expansion.expand(at, chmod));
    return new CopyOptions(
        owner, mode, flags.getOrDefault("parents", "false").equals("true"), exclude);
  }

  /** An archive is read several times, and all of it has to be the same: a copy is. */
  private Optional<ArchiveFiles> archive(Instruction.Add add, LayerEntry file)
      throws EngineException, IOException {
    try (OpenFile opened = context.open(file)) {
      if (!ArchiveFiles.isArchive(opened)) {
        return Optional.empty();
      }
      Path copy = job.containers().scratchFolder().resolve("archive");
      archives.add(copy);
      try (InputStream in = opened.stream()) {
        Files.copy(in, copy);
      }
      return Optional.of(ArchiveFiles.open(copy));
    } catch (SourceChangedException changed) {
      throw Refusals.user(add, "ADD failed: " + changed.getMessage());
    }
  }

  private boolean layer(Instruction at, String name, CopyPlan plan, String destination)
      throws EngineException, IOException, InterruptedException {
    try {
      return layer(name, plan, destination);
    } catch (SourceChangedException changed) {
      throw Refusals.user(at, name + " failed: " + changed.getMessage());
    }
  }

  private boolean layer(String name, CopyPlan plan, String destination)
      throws IOException, InterruptedException {
    if (plan.isEmpty()) {
      return false;
    }
    String content = plan.key();
    Optional<StoredLayer> known = job.cache().find(key(content));
    StoredLayer layer;
    if (known.isPresent()) {
      job.output().line(" ---> Using cache");
      layer = known.get();
    } else {
      try (LayerDraft draft = job.space().newLayer()) {
        plan.write(draft::add);
        layer = draft.commit();
      }
      // A step may have changed a file since: the layer counts for what is in it.
      content = plan.key();
      job.cache().put(key(content), layer);
    }
    state.add(
        layer,
        "/bin/sh -c #(nop) %s file:%s in %s ".formatted(name, Sha256.hex(content), destination),
        job.clock().instant());
    return known.isPresent();
  }

  private String key(String content) {
    return CacheKey.of("COPY").with(state.layersKey()).with(content).done();
  }

  /** A file that is in no folder of files: downloaded, or written in the Dockerfile. */
  record GivenFile(@Nullable Path file, byte @Nullable [] bytes, String digest, long size)
      implements FileSource {
    static GivenFile of(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return new GivenFile(file, null, Sha256.of(in), Files.size(file));
      }
    }

    static GivenFile of(byte[] bytes) {
      return new GivenFile(null, bytes, Sha256.of(bytes), bytes.length);
    }

    @Override
    public String resolve(String path) {
      return path;
    }

    @Override
    public Optional<LayerEntry> find(String path) {
      return Optional.of(LayerEntry.file(path, 0600, 0, 0, Instant.EPOCH, size));
    }

    @Override
    public List<LayerEntry> children(String folder) {
      return List.of();
    }

    @Override
    public String contentKey(LayerEntry entry) {
      return digest;
    }

    @Override
    public String identity(LayerEntry entry) {
      return entry.path();
    }

    @Override
    public void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException {
      for (LayerEntry each : files) {
        Path path = file;
        try (InputStream in =
            path != null ? Files.newInputStream(path) : new ByteArrayInputStream(bytes)) {
          sink.accept(each, in);
        }
      }
    }
  }
}
