package io.slipway.contract.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run executes. In JSON the property {@code type} says which kind it is; its four words are
 * named here and nowhere else. No step holds a secret: {@code secretNames} are the names of the
 * values that the agent fetches from credential-broker, and it uses no others.
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "type",
    visible = true,
    defaultImpl = TaskStep.Unknown.class)
@JsonSubTypes({
  @JsonSubTypes.Type(value = TaskStep.DockerBuild.class, name = TaskStep.DOCKER),
  @JsonSubTypes.Type(value = TaskStep.FileTask.class, name = TaskStep.FILE_TASK),
  @JsonSubTypes.Type(value = TaskStep.EncodedTask.class, name = TaskStep.ENCODED_TASK),
  @JsonSubTypes.Type(value = TaskStep.Import.class, name = TaskStep.IMPORT)
})
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface TaskStep {
  /** {@code type} of a {@link DockerBuild}. */
  String DOCKER = "Docker";

  /** {@code type} of a {@link FileTask}. */
  String FILE_TASK = "FileTask";

  /** {@code type} of an {@link EncodedTask}. */
  String ENCODED_TASK = "EncodedTask";

  /** {@code type} of an {@link Import}. */
  String IMPORT = "Import";

  /** A step that may work on a context. */
  sealed interface WithContext extends TaskStep {
    /** Address of the context, or null if there is none or it was uploaded. */
    @Nullable String contextPath();

    /** Id of the uploaded source that is the context, or null; never together with a path. */
    @Nullable UUID buildSource();

    /** Names of the secret values that the run uses. */
    List<String> secretNames();
  }

  /**
   * Builds the image of a Dockerfile.
   *
   * @param imageNames names of the image, without its registry or with it
   * @param isPushEnabled whether the image is pushed
   * @param noCache whether nothing is taken from a cache
   * @param dockerFilePath path in the context
   * @param target stage to build, or null for the last
   * @param arguments build arguments that are not secret
   */
  record DockerBuild(
      @Nullable String contextPath,
      @Nullable UUID buildSource,
      List<String> imageNames,
      boolean isPushEnabled,
      boolean noCache,
      String dockerFilePath,
      @Nullable String target,
      List<NamedValue> arguments,
      List<String> secretNames)
      implements WithContext {
    /** Lists that are missing are empty. */
    public DockerBuild {
      imageNames = orEmpty(imageNames);
      arguments = orEmpty(arguments);
      secretNames = orEmpty(secretNames);
    }
  }

  /**
   * Runs a task file of the context.
   *
   * @param taskFilePath path in the context
   * @param valuesFilePath path in the context, or null
   * @param values values that stand over those of the file and are not secret
   */
  record FileTask(
      @Nullable String contextPath,
      @Nullable UUID buildSource,
      String taskFilePath,
      @Nullable String valuesFilePath,
      List<NamedValue> values,
      List<String> secretNames)
      implements WithContext {
    /** Lists that are missing are empty. */
    public FileTask {
      values = orEmpty(values);
      secretNames = orEmpty(secretNames);
    }
  }

  /**
   * Runs a task file that came with the request.
   *
   * @param taskContent the task file in base64
   * @param valuesContent a values file in base64, or null
   * @param values values that stand over those of the file and are not secret
   */
  record EncodedTask(
      @Nullable String contextPath,
      @Nullable UUID buildSource,
      String taskContent,
      @Nullable String valuesContent,
      List<NamedValue> values,
      List<String> secretNames)
      implements WithContext {
    /** Lists that are missing are empty. */
    public EncodedTask {
      values = orEmpty(values);
      secretNames = orEmpty(secretNames);
    }
  }

  /**
   * Copies an image into the run's registry.
   *
   * @param source the image
   * @param targets {@code repository:tag} to copy it to
   * @param untaggedTargets repositories to copy it to without a tag
   * @param force whether a tag that exists is moved
   */
  record Import(
      ImageSource source, List<String> targets, List<String> untaggedTargets, boolean force)
      implements TaskStep {
    /** Lists that are missing are empty. */
    public Import {
      targets = orEmpty(targets);
      untaggedTargets = orEmpty(untaggedTargets);
    }
  }

  /**
   * An image to copy.
   *
   * @param registry login server
   * @param repository its repository there
   * @param reference tag or digest
   */
  record ImageSource(String registry, String repository, String reference) {}

  /**
   * A step of a later version, which this one cannot execute. It is only ever read.
   *
   * @param type the word that is not known
   */
  record Unknown(String type) implements TaskStep {}

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }
}
