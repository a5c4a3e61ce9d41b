package io.slipway.e2e.house;

import java.util.List;
import java.util.Set;

/**
 * What the rules ask of one Java file.
 *
 * @param module folder of its module
 * @param path relative to the root of the repository
 * @param test whether it is a test's
 * @param lines all of them, comments and blank ones included
 * @param imports qualified names; those of static imports with the member
 * @param names what its code names, without comments, texts and imports
 * @param qualifiedNames types that the code names with their package
 * @param constructors those that somebody calls with arguments, not a record's own
 * @param records its records
 */
record SourceFile(
    String module,
    String path,
    boolean test,
    int lines,
    List<String> imports,
    Set<String> names,
    List<QualifiedName> qualifiedNames,
    List<Signature> constructors,
    List<Signature> records) {

  /** A type with its package, in the middle of code. */
  record QualifiedName(String name, long line) {}

  /**
   * A constructor or a record.
   *
   * @param type simple name, behind the names of the types around it
   * @param size number of parameters or components
   */
  record Signature(String type, int size) {}
}
