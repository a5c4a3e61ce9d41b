package io.slipway.taskapi.definition;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.slipway.contract.agent.TaskStep;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task, or the request of a quick run, says is to be executed. This is also the form in
 * which it is stored; it holds no secret. What an agent gets of it is a {@link TaskStep}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Step.DockerBuild.class, name = TaskStep.DOCKER),
  @JsonSubTypes.Type(value = Step.FileTask.class, name = TaskStep.FILE_TASK),
  @JsonSubTypes.Type(value = Step.EncodedTask.class, name = TaskStep.ENCODED_TASK)
})
public sealed interface Step {
  /** Name of the secret that opens the context; no value can have it, for its first character. */
  String CONTEXT_TOKEN = "@contextAccessToken";

  /**
   * Name of the secret that is the whole address of the context, see {@link ContextCredentials}.
   */
  String CONTEXT_ADDRESS = "@contextAddress";

  /** Address of the context or path of an uploaded source, or null for none. */
  @Nullable String contextPath();

  /** Whether credential-broker has a token for the context. */
  boolean hasContextAccessToken();

  /** Values of the task file, or arguments of the build. */
  List<StepValue> values();

  /** The same with a context that may be shown; see {@link ContextCredentials}. */
  default Step withoutCredentials() {
    String path = contextPath();
    String shown = path == null ? null : ContextCredentials.shown(path);
    return switch (this) {
      case DockerBuild it ->
          new DockerBuild(
              shown,
              it.hasContextAccessToken(),
              it.imageNames(),
              it.isPushEnabled(),
              it.noCache(),
              it.dockerFilePath(),
              it.target(),
              it.arguments());
      case FileTask it ->
          new FileTask(
              shown,
              it.hasContextAccessToken(),
              it.taskFilePath(),
              it.valuesFilePath(),
              it.values());
      case EncodedTask it ->
          new EncodedTask(
              shown,
              it.hasContextAccessToken(),
              it.encodedTaskContent(),
              it.encodedValuesContent(),
              it.values());
    };
  }

  /** Names of the secrets that a run of the step may need. */
  default Set<String> secretNames() {
    Set<String> names = new LinkedHashSet<>();
    values().stream().filter(StepValue::isSecret).map(StepValue::name).forEach(names::add);
    if (hasContextAccessToken()) {
      names.add(CONTEXT_TOKEN);
    }
    if (ContextCredentials.areMissing(contextPath())) {
      names.add(CONTEXT_ADDRESS);
    }
    return names;
  }

  /**
   * Builds the image of a Dockerfile.
   *
   * @param imageNames names of the image, with variables of the run
   * @param dockerFilePath path in the context
   * @param target stage to build, or null for the last
   */
  record DockerBuild(
      @Nullable String contextPath,
      boolean hasContextAccessToken,
      List<String> imageNames,
      boolean isPushEnabled,
      boolean noCache,
      String dockerFilePath,
      @Nullable String target,
      List<StepValue> arguments)
      implements Step {
    @Override
    public List<StepValue> values() {
      return arguments;
    }
  }

  /**
   * Runs a task file of the context.
   *
   * @param taskFilePath path in the context
   * @param valuesFilePath path in the context, or null
   */
  record FileTask(
      @Nullable String contextPath,
      boolean hasContextAccessToken,
      String taskFilePath,
      @Nullable String valuesFilePath,
      List<StepValue> values)
      implements Step {}

  /**
   * Runs a task file that was given with the task.
   *
   * @param encodedTaskContent the task file in base64
   * @param encodedValuesContent a values file in base64, or null
   */
  record EncodedTask(
      @Nullable String contextPath,
      boolean hasContextAccessToken,
      String encodedTaskContent,
      @Nullable String encodedValuesContent,
      List<StepValue> values)
      implements Step {}
}
