package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The fields of ARM's resources. What only answers have ({@code id}, {@code provisioningState}) may
 * come back and means nothing, as in ARM.
 *
 * @see <a
 *     href="https://learn.microsoft.com/azure/templates/microsoft.containerregistry/registries">ARM,
 *     registries</a>
 */
public enum ArmFields {
  REGISTRY(
      "InvalidRegistry",
      """
      id name type location tags* systemData* sku{name tier} identity*
      properties*
      """),
  TASK(
      "InvalidTask",
      """
      id name type location tags* systemData*
      identity{type principalId tenantId userAssignedIdentities*}
      properties{
       provisioningState creationDate status isSystemTask timeout agentPoolName logTemplate
       platform{os architecture variant} agentConfiguration{cpu}
       credentials{sourceRegistry{loginMode identity}
        customRegistries{*{identity userName{value type} password{value type}}}}
       step{type contextPath contextAccessToken baseImageDependencies*
        imageNames* isPushEnabled noCache dockerFilePath target arguments[]{name value isSecret}
        taskFilePath valuesFilePath encodedTaskContent encodedValuesContent
        values[]{name value isSecret}}
       trigger{
        timerTriggers[]{name schedule status timeZone
         nextOccurrence* lastOccurrence* lastRunId* lastProblem*}
        sourceTriggers[]{name status sourceTriggerEvents* branches* tags* paths* polling
         hookAddress* lastOccurrence* lastRunId* lastProblem*
         sourceRepository{sourceControlType repositoryUrl branch
          sourceControlAuthProperties{tokenType token refreshToken scope !expiresIn}}}
        baseImageTrigger{name status baseImageTriggerType updateTriggerPayloadType
         lastOccurrence* lastRunId* lastProblem* !updateTriggerEndpoint}}}
      """),
  TASK_RUN(
      "InvalidTaskRun",
      """
      id name type location tags* systemData*
      identity{type principalId tenantId userAssignedIdentities*}
      properties{provisioningState runResult* forceUpdateTag runRequest*}
      """),
  WEBHOOK(
      "InvalidWebhook",
      """
      id name type location tags* systemData*
      properties{serviceUri customHeaders* status scope actions* provisioningState
       signingSecret lastProblem}
      """),
  RUN("InvalidRun", "isArchiveEnabled"),
  IMPORT(
      "InvalidRequest",
      """
      source{registryUri resourceId sourceImage credentials{username password}}
      targetTags* untaggedTargetRepositories* mode
      """),
  TASK_RUN_REQUEST(
      "InvalidRunRequest",
      """
      type taskId isArchiveEnabled agentPoolName !logTemplate
      overrideTaskStepProperties{contextPath file target arguments[]{name value isSecret}
       values[]{name value isSecret} !updateTriggerToken}
      """),
  QUICK_RUN_REQUEST(
      "InvalidRunRequest",
      """
      type isArchiveEnabled agentPoolName logTemplate sourceLocation timeout
      platform{os architecture variant} agentConfiguration{cpu}
      credentials{sourceRegistry{loginMode identity}
       customRegistries{*{identity userName{value type} password{value type}}}}
      imageNames* isPushEnabled noCache dockerFilePath target arguments[]{name value isSecret}
      taskFilePath valuesFilePath encodedTaskContent encodedValuesContent
      values[]{name value isSecret}
      """);

  private final String code;
  private final KnownFields known;

  ArmFields(String code, String known) {
    this.code = code;
    this.known = KnownFields.of(known);
  }

  /** Fails with 400, naming each field of the body that is none of these. */
  public void check(JsonNode body) {
    Problems problems = new Problems(code);
    check(problems, "", body);
    problems.throwIfAny();
  }

  /** Code of the error of a body that is wrong. */
  String code() {
    return code;
  }

  void check(Problems problems, String at, JsonNode body) {
    known.check(problems, at, body);
  }
}
