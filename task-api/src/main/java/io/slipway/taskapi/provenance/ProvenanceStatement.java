package io.slipway.taskapi.provenance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.definition.ContextCredentials;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the platform says of an image that a run pushed: an in-toto statement with SLSA provenance.
 * Whoever may pull the image reads it, so values, arguments and inline task files are there by
 * their digest alone. Pure.
 *
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA provenance v1</a>
 */
public final class ProvenanceStatement {
  /** Type of the predicate. */
  public static final String PREDICATE = "https://slsa.dev/provenance/v1";

  /** Says how to read the parameters; {@code docs/provenance.md} explains them. */
  static final String BUILD_TYPE = "urn:slipway:run:v1";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String SHA256 = "sha256:";

  private ProvenanceStatement() {}

  /**
   * The statement as JSON.
   *
   * @param step the run's step as it is stored, as JSON
   * @param image has a digest of SHA-256
   * @param builder address of the platform
   */
  public static String of(
      Run run,
      StoredSpec spec,
      String step,
      ImageRef image,
      List<ImageDependency> builtFrom,
      String builder) {
    ObjectNode statement = JSON.objectNode();
    statement.put("_type", "https://in-toto.io/Statement/v1");
    ObjectNode subject = statement.putArray("subject").addObject();
    subject.put("name", image.registry() + "/" + image.repository());
    subject.set("digest", sha256(Objects.requireNonNull(image.digest())));
    statement.put("predicateType", PREDICATE);
    ObjectNode predicate = statement.putObject("predicate");
    ObjectNode definition = predicate.putObject("buildDefinition");
    definition.put("buildType", BUILD_TYPE);
    definition.set("externalParameters", parameters(run, spec, step));
    definition.set("internalParameters", circumstances(run));
    definition.set("resolvedDependencies", materials(run, spec, builtFrom));
    ObjectNode details = predicate.putObject("runDetails");
    details.putObject("builder").put("id", builder);
    ObjectNode metadata = details.putObject("metadata");
    metadata.put("invocationId", spec.registryId() + "/runs/" + run.key().runId());
    if (run.times().started() != null) {
      metadata.put("startedOn", run.times().started().toString());
    }
    return statement.toString();
  }

  private static ObjectNode parameters(Run run, StoredSpec spec, String step) {
    ObjectNode parameters = JSON.objectNode();
    String task = run.key().task();
    if (task != null) {
      parameters.put("task", spec.registryId() + "/tasks/" + task);
    }
    ObjectNode what = parameters.putObject("step");
    switch (spec.step()) {
      case TaskStep.DockerBuild build -> {
        what.put("type", TaskStep.DOCKER);
        what.put("dockerFilePath", build.dockerFilePath());
      }
      case TaskStep.FileTask file -> {
        what.put("type", TaskStep.FILE_TASK);
        what.put("taskFilePath", file.taskFilePath());
      }
      case TaskStep.EncodedTask encoded -> what.put("type", TaskStep.ENCODED_TASK);
      case TaskStep.Import copy -> what.put("type", TaskStep.IMPORT);
      case TaskStep.Unknown later -> what.put("type", later.type());
    }
    String context = context(spec);
    if (context != null) {
      what.put("contextPath", context);
    }
    what.put("sha256", hex(step));
    return parameters;
  }

  private static @Nullable String context(StoredSpec spec) {
    return spec.step() instanceof TaskStep.WithContext step && step.contextPath() != null
        ? ContextCredentials.shown(step.contextPath())
        : null;
  }

  private static ObjectNode circumstances(Run run) {
    ObjectNode circumstances = JSON.objectNode();
    circumstances.put("trigger", run.origin().trigger().kind());
    circumstances.put(
        "platform", run.origin().platform().os() + "/" + run.origin().platform().architecture());
    circumstances.put("agentPool", run.origin().pool());
    circumstances.put("runUid", run.key().uid().toString());
    circumstances.put("attempt", run.state().attempt());
    return circumstances;
  }

  /** The context's commit and the images that were built upon, each once. */
  private static ArrayNode materials(Run run, StoredSpec spec, List<ImageDependency> builtFrom) {
    Set<ObjectNode> materials = new LinkedHashSet<>();
    String context = context(spec);
    for (ImageDependency dependency : builtFrom) {
      String revision = dependency.gitHeadRevision();
      if (revision != null) {
        // A step may have a context of its own, of which the commit alone is known here.
        materials.add(
            material(
                context == null ? null : "git+" + context,
                JSON.objectNode().put("gitCommit", revision)));
      }
      image(dependency.runtime(), materials);
      dependency.buildtime().forEach(read -> image(read, materials));
    }
    ArrayNode array = JSON.arrayNode();
    materials.forEach(array::add);
    return array;
  }

  private static void image(@Nullable ImageRef image, Set<ObjectNode> materials) {
    if (image != null && image.digest() != null && image.digest().startsWith(SHA256)) {
      String tag = image.tag() == null ? "" : ":" + image.tag();
      materials.add(
          material(
              "oci://" + image.registry() + "/" + image.repository() + tag,
              sha256(image.digest())));
    }
  }

  private static ObjectNode material(@Nullable String uri, ObjectNode digest) {
    ObjectNode material = JSON.objectNode();
    if (uri != null) {
      material.put("uri", uri);
    }
    material.set("digest", digest);
    return material;
  }

  private static ObjectNode sha256(String digest) {
    return JSON.objectNode().put("sha256", digest.substring(SHA256.length()));
  }

  private static String hex(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }
}
