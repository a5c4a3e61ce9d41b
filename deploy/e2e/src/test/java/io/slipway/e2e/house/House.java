package io.slipway.e2e.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every module that the root pom names: its sources, and the classes that the build made of them.
 */
final class House {
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  /** Folder of the repository. */
  static final Path ROOT = Path.of(System.getProperty("slipway.root")).toAbsolutePath().normalize();

  /** Where classes are that Maven did not compile: {@code <folder>/<module>/classes}. */
  private static final String CLASSES_ELSEWHERE = "slipway.house.classes";

  private House() {}

  /** The modules of the root pom by their folders, in the order of the build. */
  static List<String> modules() {
    List<String> modules = new ArrayList<>();
    Matcher module = MODULE.matcher(text(ROOT.resolve("pom.xml")));
    while (module.find()) {
      modules.add(module.group(1));
    }
    if (modules.size() < 10) {
      throw new IllegalStateException("The root pom names only these modules: " + modules);
    }
    return modules;
  }

  /**
   * The main classes of each module that has any.
   *
   * @throws IllegalStateException if a module was not compiled
   */
  static Map<String, JavaClasses> classes() {
    Map<String, JavaClasses> classes = new LinkedHashMap<>();
    for (String module : modules()) {
      if (Files.isDirectory(ROOT.resolve(module).resolve("src/main/java"))) {
        classes.put(module, new ClassFileImporter().importPath(compiled(module)));
      }
    }
    return classes;
  }

  /** Which module each package of the house belongs to; more than one is a mistake. */
  static Map<String, List<String>> modulesByPackage(Map<String, JavaClasses> classes) {
    Map<String, List<String>> modules = new LinkedHashMap<>();
    classes.forEach((module, ofModule) ->
        ofModule.stream()
            .map(JavaClass::getPackageName)
            .distinct()
            .forEach(name -> modules.computeIfAbsent(name, n -> new ArrayList<>()).add(module)));
    return modules;
  }

  /** All Java files of a module, tests included. */
  static List<SourceFile> sources(String module) {
    List<Path> files = new ArrayList<>();
    for (String kind : List.of("main", "test")) {
      Path folder = ROOT.resolve(module).resolve("src").resolve(kind).resolve("java");
      if (Files.isDirectory(folder)) {
        files.addAll(javaFiles(folder));
      }
    }
    return ReadSources.read(ROOT, module, files);
  }

  /** All Java files of all modules, tests included. */
  static List<SourceFile> sources() {
    return modules().stream().map(House::sources).flatMap(Collection::stream).toList();
  }

  private static Path compiled(String module) {
    String elsewhere = System.getProperty(CLASSES_ELSEWHERE);
    Path folder =
        elsewhere == null
            ? ROOT.resolve(module).resolve("target/classes")
            : Path.of(elsewhere).resolve(module).resolve("classes");
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          module + " is not compiled (" + folder + " is missing): run mvn verify in the root");
    }
    return folder;
  }

  private static List<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
