package io.slipway.gotemplate.function;

/** Semantic versions. */
final class VersionFunctions {
  private VersionFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("semver", 1, a -> SemanticVersion.parse(a.text(0)))
        .add(
            "semverCompare",
            2,
            a -> VersionRange.contains(a.text(0), SemanticVersion.parse(a.text(1))));
  }
}
