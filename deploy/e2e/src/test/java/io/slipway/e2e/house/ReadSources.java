package io.slipway.e2e.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.slipway.e2e.house.SourceFile.QualifiedName;
import io.slipway.e2e.house.SourceFile.Signature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Reads Java files with the parser of the JDK, so that comments and texts are not taken for code.
 */
final class ReadSources {
  /** A package of ours or of a library, and a type in it: {@code java.util.List}. */
  private static final Pattern TYPE_WITH_PACKAGE =
      Pattern.compile(
          "(java|javax|jakarta|jdk|io|com|org|net|dev|picocli)(\\.[a-z]\\w*)*\\.[A-Z]\\w*");

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  private ReadSources() {}

  static List<SourceFile> read(Path root, String module, List<Path> files) {
    List<SourceFile> read = new ArrayList<>();
    if (files.isEmpty()) {
      return read;
    }
    try (StandardJavaFileManager manager = COMPILER.getStandardFileManager(null, null, null)) {
      JavacTask task = parser(manager, files);
      Trees trees = Trees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        read.add(facts(root, module, unit, trees));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }

  private static JavacTask parser(StandardJavaFileManager manager, List<Path> files) {
    return (JavacTask)
        COMPILER.getTask(
            null,
            manager,
            null,
            List.of("-proc:none"),
            null,
            manager.getJavaFileObjectsFromPaths(files));
  }

  private static SourceFile facts(Path root, String module, CompilationUnitTree unit, Trees trees)
      throws IOException {
    Path file = Path.of(unit.getSourceFile().toUri());
    Scan scan = new Scan(unit, trees, simpleNames(file, unit));
    unit.getTypeDecls().forEach(type -> scan.scan(type, null));
    String path = root.relativize(file).toString();
    return new SourceFile(
        module,
        path,
        path.startsWith(module + "/src/test/"),
        Files.readAllLines(file).size(),
        unit.getImports().stream().map(i -> i.getQualifiedIdentifier().toString()).toList(),
        scan.names,
        scan.qualifiedNames,
        scan.constructors,
        scan.records);
  }

  /** What simple names mean in the file without a package before them, as far as it says. */
  private static Map<String, String> simpleNames(Path file, CompilationUnitTree unit) {
    Map<String, String> meanings = new HashMap<>();
    for (ImportTree imported : unit.getImports()) {
      String name = imported.getQualifiedIdentifier().toString();
      meanings.put(name.substring(name.lastIndexOf('.') + 1), name);
    }
    String ownPackage = String.valueOf(unit.getPackageName());
    String[] neighbours = file.getParent().toFile().list();
    for (String neighbour : neighbours == null ? new String[0] : neighbours) {
      if (neighbour.endsWith(".java")) {
        String name = neighbour.substring(0, neighbour.length() - ".java".length());
        meanings.putIfAbsent(name, ownPackage + "." + name);
      }
    }
    return meanings;
  }

  private static final class Scan extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final Trees trees;
    private final Map<String, String> simpleNames;
    private final Deque<ClassTree> around = new ArrayDeque<>();
    private final Set<String> names = new HashSet<>();
    private final List<QualifiedName> qualifiedNames = new ArrayList<>();
    private final List<Signature> constructors = new ArrayList<>();
    private final List<Signature> records = new ArrayList<>();

    Scan(CompilationUnitTree unit, Trees trees, Map<String, String> simpleNames) {
      this.unit = unit;
      this.trees = trees;
      this.simpleNames = simpleNames;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      around.addLast(type);
      if (type.getKind() == Tree.Kind.RECORD) {
        long components = type.getMembers().stream().filter(Scan::isComponent).count();
        records.add(new Signature(name(), (int) components));
      }
      super.visitClass(type, nothing);
      around.removeLast();
      return nothing;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      boolean ofRecord = around.getLast().getKind() == Tree.Kind.RECORD;
      if (method.getName().contentEquals("<init>") && !ofRecord) {
        constructors.add(new Signature(name(), method.getParameters().size()));
      }
      return super.visitMethod(method, nothing);
    }

    @Override
    public Void visitIdentifier(IdentifierTree identifier, Void nothing) {
      names.add(identifier.getName().toString());
      return super.visitIdentifier(identifier, nothing);
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree select, Void nothing) {
      names.add(select.getIdentifier().toString());
      String name = select.toString();
      if (!TYPE_WITH_PACKAGE.matcher(name).matches()) {
        return super.visitMemberSelect(select, nothing);
      }
      // A second type of the same simple name has no other way to be named.
      String simple = select.getIdentifier().toString();
      if (simpleNames.getOrDefault(simple, name).equals(name)) {
        long position = trees.getSourcePositions().getStartPosition(unit, select);
        qualifiedNames.add(new QualifiedName(name, unit.getLineMap().getLineNumber(position)));
      }
      return nothing;
    }

    private String name() {
      return String.join(
          ".", around.stream().map(type -> type.getSimpleName().toString()).toList());
    }

    /** A record has no fields but static ones and its components. */
    private static boolean isComponent(Tree member) {
      return member instanceof VariableTree field
          && !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }
  }
}
