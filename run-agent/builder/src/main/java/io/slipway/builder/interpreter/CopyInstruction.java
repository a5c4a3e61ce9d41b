package io.slipway.builder.interpreter;

import com.google.re2j.Pattern;
import io.slipway.builder.EngineException;
import io.slipway.builder.OpenFile;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.dockerfile.Instruction.Heredoc;
import io.slipway.builder.interpreter.CopyPlan.CopyOptions;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.SourceChangedException;
import io.slipway.builder.process.Folders;
import io.slipway.builder.store.ImageTree.TreeNode;
import io.slipway.builder.store.LayerDraft;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code COPY} and {@code ADD}. Needs no right and unpacks nothing. */
final class CopyInstruction {
  private static final String LINK = "link";
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");

  private final BuildJob job;
  private final StageState state;
  private final ContextFiles context;
  private final StageInstructions.Sources sources;
  private final Expansion expansion;

  /** What a {@code ADD} has fetched or copied for itself. */
  private final List<Closeable> given = new ArrayList<>();

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

  /**
   * Something to copy.
   *
   * @param root folder whose parents are not made in the image, or null if none of its are
   * @param path path from there
   */
  private record Found(@Nullable String root, String path) {}

  boolean copy(Instruction.Copy copy) throws EngineException, IOException, InterruptedException {
    String from = copy.from();
    FileSource source = from == null ? context : sources.find(expansion.expand(copy, from));
    boolean parents = isSet(copy.flags(), "parents");
    CopyPlan plan = plan(copy, copy.flags(), copy.exclude());
    List<Found> found = new ArrayList<>();
    for (String each : copy.sources()) {
      if (heredoc(copy.heredocs(), each).isEmpty()) {
        String path = expansion.expand(copy, each);
        if (isAddress(path)) {
          throw Refusals.user(copy, "COPY takes no address such as " + path + "; ADD does");
        }
        found.addAll(parents ? withParents(source, path) : matches(copy, source, path));
      }
    }
    String shown = expansion.expand(copy, copy.destination());
    boolean intoFolder =
        intoFolder(copy, shown, copy.sources().size(), found.size() + copy.heredocs().size());
    String destination = absolute(shown);
    for (Found each : found) {
      addTo(copy, plan, source, each, destination, intoFolder);
    }
    heredocs(copy, copy.heredocs(), copy.sources(), plan, destination, intoFolder);
    return layer(copy, isSet(copy.flags(), LINK), "COPY", plan, destination);
  }

  boolean add(Instruction.Add add) throws EngineException, IOException, InterruptedException {
    CopyPlan plan = plan(add, add.flags(), add.exclude());
    List<Found> found = new ArrayList<>();
    List<URI> addresses = new ArrayList<>();
    List<AddedRepository> repositories = new ArrayList<>();
    String checksum = expansion.expand(add, add.flags().getOrDefault("checksum", ""));
    boolean keepGit = isSet(add.flags(), "keep-git-dir");
    for (String each : add.sources()) {
      String expanded = expansion.expand(add, each);
      if (AddedRepository.isOne(expanded)) {
        repositories.add(AddedRepository.of(add, expanded, checksum, keepGit));
      } else if (isAddress(expanded)) {
        addresses.add(URI.create(expanded));
      } else if (heredoc(add.heredocs(), each).isEmpty()) {
        found.addAll(matches(add, context, expanded));
      }
    }
    if (!checksum.isEmpty() && addresses.isEmpty() && repositories.isEmpty()) {
      throw Refusals.user(add, "ADD --checksum is for an address, not for a file of the context");
    }
    if (keepGit && repositories.isEmpty()) {
      throw Refusals.user(add, "ADD --keep-git-dir is for a git repository");
    }
    String shown = expansion.expand(add, add.destination());
    int count = found.size() + addresses.size() + repositories.size() + add.heredocs().size();
    boolean intoFolder = intoFolder(add, shown, add.sources().size(), count);
    String destination = absolute(shown);
    try {
      for (Found each : found) {
        Optional<ArchiveFiles> archive = archive(add, each.path());
        if (archive.isPresent()) {
          plan.add(archive.get(), "", destination, true);
        } else {
          addTo(add, plan, context, each, destination, intoFolder);
        }
      }
      for (URI address : addresses) {
        download(add, plan, address, checksum, destination, intoFolder);
      }
      for (AddedRepository each : repositories) {
        Path folder = job.containers().scratchFolder();
        given.add(() -> Folders.delete(folder));
        ContextFiles files = each.fetch(add, job, folder.resolve("repository"));
        given.add(0, files);
        plan.add(files, "", destination, true);
      }
      heredocs(add, add.heredocs(), add.sources(), plan, destination, intoFolder);
      return layer(add, isSet(add.flags(), LINK), "ADD", plan, destination);
    } finally {
      for (Closeable each : given) {
        each.close();
      }
      given.clear();
    }
  }

  private static boolean isAddress(String source) {
    return source.startsWith("http://") || source.startsWith("https://");
  }

  private static boolean isSet(Map<String, String> flags, String name) {
    return "true".equals(flags.get(name));
  }

  private void addTo(
      Instruction at,
      CopyPlan plan,
      FileSource source,
      Found found,
      String destination,
      boolean intoFolder)
      throws EngineException {
    try {
      if (found.root() == null) {
        plan.add(source, found.path(), destination, intoFolder);
      } else if (found.path().isEmpty()) {
        plan.add(source, found.root(), destination, true);
      } else {
        plan.addWithParents(source, found.root(), found.path(), destination);
      }
    } catch (IOException missing) {
      throw Refusals.user(at, "COPY failed: " + missing.getMessage());
    }
  }

  private void download(
      Instruction.Add add,
      CopyPlan plan,
      URI address,
      String checksum,
      String destination,
      boolean intoFolder)
      throws EngineException, IOException, InterruptedException {
    Path file = job.containers().scratchFolder().resolve("download");
    Instant changed = job.downloads().fetch(address, file);
    GivenFile content = GivenFile.of(file);
    if (!checksum.isEmpty() && !Sha256.isDigest(checksum)) {
      throw Refusals.user(add, "ADD --checksum=" + checksum + " must be sha256: and 64 digits");
    }
    if (!checksum.isEmpty() && !checksum.equals(content.digest())) {
      throw Refusals.user(
          add, "digest mismatch: " + address + " has " + content.digest() + ", not " + checksum);
    }
    if (isSet(add.flags(), "unpack") && ArchiveFiles.isArchive(file)) {
      given.add(() -> Files.deleteIfExists(file));
      plan.add(ArchiveFiles.open(file), "", destination, true);
      return;
    }
    String path = String.valueOf(address.getPath());
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (intoFolder && name.isEmpty()) {
      throw Refusals.user(add, "cannot tell a file name from " + address);
    }
    String target = plan.place(destination, intoFolder, name);
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
        String target = plan.place(destination, intoFolder, heredoc.name());
        plan.add(
            LayerEntry.file(target, 0644, 0, 0, job.clock().instant(), content.size()), content);
      }
    }
  }

  private Optional<Heredoc> heredoc(List<Heredoc> heredocs, String word) {
    return expansion
        .heredoc(word)
        .flatMap(mark ->
            heredocs.stream().filter(h -> h.name().equals(mark.name())).reduce((a, b) -> b));
  }

  private List<Found> matches(Instruction at, FileSource source, String pattern)
      throws EngineException, IOException {
    List<String> found = Glob.find(source, clean(pattern), false);
    // A pattern may match nothing ("package-lock.json*"), a name must exist.
    if (found.isEmpty() && !WILDCARD.matcher(pattern).find()) {
      throw Refusals.user(at, "COPY failed: no source files were specified by '" + pattern + "'");
    }
    if (found.isEmpty()) {
      job.output().line("[Warning] nothing matches '" + pattern + "'");
    }
    return found.stream().map(path -> new Found(null, path)).toList();
  }

  /** Only folders after {@code /./} are made in the image, if the path has that. */
  private static List<Found> withParents(FileSource source, String pattern) throws IOException {
    int pivot = pattern.indexOf("/./");
    String root = pivot < 0 ? "" : clean(pattern.substring(0, pivot));
    String kept = clean(pattern.substring(pivot < 0 ? 0 : pivot + 3));
    List<Found> all = new ArrayList<>();
    for (String from : Glob.find(source, root, true)) {
      for (String path : Glob.below(source, from, kept, Glob.isPattern(root))) {
        all.add(new Found(from, path));
      }
    }
    return all;
  }

  /** Paths above the context mean the context, as in Docker. */
  private static String clean(String pattern) {
    return Path.of("/" + pattern).normalize().toString().substring(1);
  }

  /**
   * Whether the destination is a folder even if it is not there.
   *
   * @param words sources as they are written
   * @param sources what they stand for
   */
  private boolean intoFolder(Instruction at, String destination, int words, int sources)
      throws EngineException, IOException {
    boolean folder =
        destination.endsWith("/") || destination.equals(".") || destination.endsWith("/.");
    boolean there =
        words == 1
            && sources > 1
            && state.tree().find(absolute(destination)).filter(TreeNode::isFolder).isPresent();
    if ((words > 1 || sources > 1) && !folder && !there) {
      throw Refusals.user(
          at,
          "When using COPY with more than one source file, the destination must be a directory and"
              + " end with a /");
    }
    return folder || there;
  }

  private String absolute(String destination) {
    String folder = state.config().workingDir();
    return destination.startsWith("/")
        ? destination
        : (folder.isEmpty() ? "/" : folder + "/") + destination;
  }

  private CopyPlan plan(Instruction at, Map<String, String> flags, List<String> exclude)
      throws EngineException, IOException {
    boolean link = isSet(flags, LINK);
    return new CopyPlan(
        link ? job.space().tree(List.of()) : state.tree(),
        state.tree(),
        options(at, flags, exclude),
        job.clock().instant());
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
    List<String> patterns = new ArrayList<>();
    for (String pattern : exclude) {
      patterns.add(expansion.expand(at, pattern));
    }
    return new CopyOptions(owner, mode, patterns);
  }

  /** An archive is read several times, and all of it has to be the same: a copy is. */
  private Optional<ArchiveFiles> archive(Instruction.Add add, String path)
      throws EngineException, IOException {
    Optional<LayerEntry> file =
        context.find(context.resolve(path)).filter(e -> e.type() == LayerEntry.Type.FILE);
    if (file.isEmpty() || "false".equals(add.flags().get("unpack"))) {
      return Optional.empty();
    }
    try (OpenFile opened = context.open(file.get())) {
      if (!ArchiveFiles.isArchive(opened.path())) {
        return Optional.empty();
      }
      Path copy = job.containers().scratchFolder().resolve("archive");
      given.add(() -> Files.deleteIfExists(copy));
      try (InputStream in = opened.stream()) {
        Files.copy(in, copy);
      }
      return Optional.of(ArchiveFiles.open(copy));
    } catch (SourceChangedException | MalformedImageException wrong) {
      throw Refusals.user(add, "ADD failed: " + path + ": " + wrong.getMessage());
    }
  }

  private boolean layer(
      Instruction at, boolean link, String name, CopyPlan plan, String destination)
      throws EngineException, IOException, InterruptedException {
    try {
      return layer(link, name, plan, destination);
    } catch (SourceChangedException changed) {
      throw Refusals.user(at, name + " failed: " + changed.getMessage());
    }
  }

  private boolean layer(boolean link, String name, CopyPlan plan, String destination)
      throws IOException, InterruptedException {
    if (plan.isEmpty()) {
      return false;
    }
    String content = plan.key();
    Optional<StoredLayer> known = job.cache().find(key(link, content));
    StoredLayer layer;
    if (known.isPresent()) {
      job.output().line(" ---> Using cache");
      layer = known.get();
    } else {
      try (LayerDraft draft = job.space().newLayer(job.latest())) {
        plan.write(draft::add);
        layer = draft.commit();
      }
      // A step may have changed a file since: the layer counts for what is in it.
      content = plan.key();
      job.cache().put(key(link, content), layer);
    }
    state.add(
        layer,
        "/bin/sh -c #(nop) %s file:%s in %s ".formatted(name, Sha256.hex(content), destination),
        job.clock().instant());
    return known.isPresent();
  }

  /** A layer of {@code --link} is the same over any other. */
  private String key(boolean link, String content) {
    return link
        ? job.layerKey("COPY --link").with(content).done()
        : job.layerKey("COPY").with(state.layersKey()).with(content).done();
  }
}
