package io.slipway.taskapi.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.Platform;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.definition.ContextCredentials;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProvenanceStatement(
    @JsonProperty("_type") String type,
    List<Subject> subject,
    String predicateType,
    Predicate predicate) {
  /** Type of the predicate. */
  public static final String PREDICATE = "https://slsa.dev/provenance/v1";

  /** Says how to read the parameters; {@code docs/provenance.md} explains them. */
  private static final String BUILD_TYPE = "urn:slipway:run:v1";

  private static final String SHA256 = "sha256:";

  record Subject(String name, Map<String, String> digest) {}

  record Predicate(BuildDefinition buildDefinition, RunDetails runDetails) {}

  record BuildDefinition(
      String buildType,
      Parameters externalParameters,
      Circumstances internalParameters,
      Set<Material> resolvedDependencies) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Parameters(@Nullable String task, Step step) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Step(
      String type,
      @Nullable String dockerFilePath,
      @Nullable String taskFilePath,
      @Nullable String contextPath,
      String sha256) {}

  record Circumstances(
      String trigger, String platform, String agentPool, String runUid, int attempt) {}

  /**
   * @param uri null where the commit of a step's own context is all that is known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Material(@Nullable String uri, Map<String, String> digest) {}

  record RunDetails(Builder builder, Metadata metadata) {}

  record Builder(String id) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Metadata(String invocationId, @Nullable Instant startedOn) {}

  /**
   * The statement about an image.
   *
   * @param step the run's step as it is stored, as JSON
   * @param image has a digest of SHA-256
   * @param builder address of the platform
   */
  public static ProvenanceStatement of(
      Run run,
      StoredSpec spec,
      String step,
      ImageRef image,
      List<ImageDependency> builtFrom,
      String builder) {
    String task = run.key().task();
    Platform platform = run.origin().platform();
    return new ProvenanceStatement(
        "https://in-toto.io/Statement/v1",
        List.of(
            new Subject(
                image.registry() + "/" + image.repository(),
                sha256(Objects.requireNonNull(image.digest())))),
        PREDICATE,
        new Predicate(
            new BuildDefinition(
                BUILD_TYPE,
                new Parameters(
                    task == null ? null : spec.registryId() + "/tasks/" + task,
                    step(spec.step(), step)),
                new Circumstances(
                    run.origin().trigger().kind(),
                    platform.os() + "/" + platform.architecture(),
                    run.origin().pool(),
                    run.key().uid().toString(),
                    run.state().attempt()),
                materials(spec.step(), builtFrom)),
            new RunDetails(
                new Builder(builder),
                new Metadata(
                    spec.registryId() + "/runs/" + run.key().runId(), run.times().started()))));
  }

  private static Step step(TaskStep step, String stored) {
    String type =
        switch (step) {
          case TaskStep.DockerBuild build -> TaskStep.DOCKER;
          case TaskStep.FileTask file -> TaskStep.FILE_TASK;
          case TaskStep.EncodedTask encoded -> TaskStep.ENCODED_TASK;
          case TaskStep.Import copy -> TaskStep.IMPORT;
          case TaskStep.Unknown later -> later.type();
        };
    return new Step(
        type,
        step instanceof TaskStep.DockerBuild build ? build.dockerFilePath() : null,
        step instanceof TaskStep.FileTask file ? file.taskFilePath() : null,
        context(step),
        hex(stored));
  }

  private static @Nullable String context(TaskStep step) {
    return step instanceof TaskStep.WithContext with && with.contextPath() != null
        ? ContextCredentials.shown(with.contextPath())
        : null;
  }

  /** The context's commit and the images that were built upon, each once. */
  private static Set<Material> materials(TaskStep step, List<ImageDependency> builtFrom) {
    // A build step of a task file may have a context of its own, whose commit alone is known here.
    String context = step instanceof TaskStep.DockerBuild ? context(step) : null;
    Set<Material> materials = new LinkedHashSet<>();
    for (ImageDependency dependency : builtFrom) {
      String revision = dependency.gitHeadRevision();
      if (revision != null) {
        materials.add(
            new Material(context == null ? null : "git+" + context, Map.of("gitCommit", revision)));
      }
      add(dependency.runtime(), materials);
      dependency.buildtime().forEach(read -> add(read, materials));
    }
    return materials;
  }

  private static void add(@Nullable ImageRef image, Set<Material> materials) {
    String digest = image == null ? null : image.digest();
    if (image != null && digest != null && digest.startsWith(SHA256)) {
      String tag = image.tag() == null ? "" : ":" + image.tag();
      materials.add(
          new Material(
              "oci://" + image.registry() + "/" + image.repository() + tag, sha256(digest)));
    }
  }

  private static Map<String, String> sha256(String digest) {
    return Map.of("sha256", digest.substring(SHA256.length()));
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
