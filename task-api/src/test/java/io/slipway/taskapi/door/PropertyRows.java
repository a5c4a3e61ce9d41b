package io.slipway.taskapi.door;

import io.slipway.taskapi.support.Fixture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Properties by their paths, each with a value that a client may send. */
final class PropertyRows {
  /** What a task keeps and shows: path, value; of a secret nothing is shown. */
  static final Map<String, String> TASK =
      rows(
          "properties.status",
          "'Disabled'",
          "properties.platform.os",
          "'linux'",
          "properties.platform.architecture",
          "'arm64'",
          "properties.platform.variant",
          "'v8'",
          "properties.agentConfiguration.cpu",
          "4",
          "properties.timeout",
          "600",
          "properties.isSystemTask",
          "true",
          "properties.logTemplate",
          "'log:{{.Run.ID}}'",
          "properties.step.contextPath",
          "'https://git.example/a.git'",
          "properties.trigger.timerTriggers",
          "[{'name':'t','schedule':'0 1 * * *','status':'Enabled'}]",
          "properties.trigger.baseImageTrigger",
          "{'baseImageTriggerType':'All','updateTriggerPayloadType':'Token','status':'Disabled','name':'b'}",
          "properties.trigger.sourceTriggers",
          "[{'name':'s','status':'Enabled','sourceTriggerEvents':['commit'],'branches':['a/*'],"
              + "'tags':['v*'],'paths':['src/**'],'polling':true,'sourceRepository':"
              + "{'sourceControlType':'Github','repositoryUrl':'https://git.example/a.git',"
              + "'branch':'main'}}]",
          "properties.credentials.sourceRegistry.loginMode",
          "'None'",
          "location",
          "'elsewhere'",
          "tags",
          "{'a':'b'}");

  static final Map<String, String> STEPS =
      rows(
          "imageNames", "['a:1']",
          "isPushEnabled", "false",
          "noCache", "true",
          "dockerFilePath", "'Dockerfile'",
          "target", "'build'",
          "arguments", "[{'name':'a','value':'b','isSecret':false}]",
          "taskFilePath", "'acb.yaml'",
          "valuesFilePath", "'values.yaml'",
          "values", "[{'name':'a','value':'b','isSecret':false}]",
          "encodedTaskContent", "'" + Fixture.TASK_FILE + "'",
          "encodedValuesContent", "'azogdgo='");

  static final Map<String, List<String>> OF_TYPE =
      Map.of(
          "Docker",
          List.of(
              "imageNames", "isPushEnabled", "noCache", "dockerFilePath", "target", "arguments"),
          "FileTask",
          List.of("taskFilePath", "valuesFilePath", "values"),
          "EncodedTask",
          List.of("encodedTaskContent", "encodedValuesContent", "values"));

  /** What is kept, and not shown, or has its effect elsewhere; other tests show it. */
  static final Set<String> ELSEWHERE =
      Set.of(
          "properties.step.type",
          "properties.step.contextAccessToken",
          "properties.credentials.customRegistries.userName.value",
          "properties.credentials.customRegistries.userName.type",
          "properties.credentials.customRegistries.password.value",
          "properties.credentials.customRegistries.password.type",
          "properties.credentials.customRegistries.identity");

  static final Map<String, String> REFUSED_OF_TASK =
      rows(
          "properties.platform.os",
          "'windows'",
          "properties.agentPoolName",
          "'mine'",
          "properties.step.contextToken",
          "'x'",
          "properties.trigger.baseImageTrigger.updateTriggerEndpoint",
          "'https://h'",
          "properties.trigger.sourceTriggers[0].sourceRepository.sourceControlAuthProperties.expiresIn",
          "5",
          "properties.platform",
          "'linux'",
          "properties.step.values[0].secret",
          "true",
          "properties.triggers",
          "{}",
          "tags",
          "'a'",
          "sku",
          "{'name':'Basic'}");

  /** Of a registry: path and a value that this platform has not. */
  static final Map<String, String> REFUSED_OF_REGISTRY =
      rows(
          "properties.adminUserEnabled", "true",
          "properties.anonymousPullEnabled", "true",
          "properties.dataEndpointEnabled", "true",
          "properties.publicNetworkAccess", "'Disabled'",
          "properties.networkRuleBypassOptions", "'None'",
          "properties.networkRuleBypassAllowedForTasks", "true",
          "properties.networkRuleSet.defaultAction", "'Deny'",
          "properties.networkRuleSet.ipRules", "[{'action':'Allow','value':'10.0.0.1'}]",
          "properties.networkRuleSet.virtualNetworkRules", "[{'id':'x'}]",
          "properties.zoneRedundancy", "'Enabled'",
          "properties.regionalEndpoints", "'Enabled'",
          "properties.encryption.status", "'enabled'",
          "properties.encryption.keyVaultProperties", "{'keyIdentifier':'https://v/k'}",
          "properties.metadataSearch", "'Enabled'",
          "properties.roleAssignmentMode", "'AbacRepositoryPermissions'",
          "properties.autoGeneratedDomainNameLabelScope", "'TenantReuse'",
          "properties.policies.quarantinePolicy.status", "'enabled'",
          "properties.policies.trustPolicy.type", "'Other'",
          "properties.policies.trustPolicy.status", "'enabled'",
          "properties.policies.retentionPolicy.days", "30",
          "properties.policies.retentionPolicy.status", "'enabled'",
          "properties.policies.exportPolicy.status", "'disabled'",
          "properties.policies.azureADAuthenticationAsArmPolicy.status", "'sometimes'",
          "properties.policies.softDeletePolicy.retentionDays", "30",
          "properties.policies.softDeletePolicy.status", "'enabled'",
          "properties.policies.newPolicy", "{'status':'enabled'}",
          "properties.newFeature", "true",
          "properties.policies", "'all'",
          "identity.type", "'SystemAssigned'",
          "location", "'elsewhere'",
          "tags", "5",
          "zones", "['1']");

  /** Prints what the models of the installed client can send. */
  static final String WRITABLE =
      """
      import azure.mgmt.containerregistry.v2022_02_01_preview.models as r
      import azure.mgmt.containerregistry.v2019_06_01_preview.models as t
      def walk(module, name, at, seen=()):
          for field, about in getattr(module, name)._attribute_map.items():
              if getattr(module, name)._validation.get(field, {}).get('readonly'):
                  continue
              path = (at + '.' if at else '') + about['key']
              kind = about['type'].strip('[]{}')
              of = getattr(module, kind, None)
              if hasattr(of, '_attribute_map') and of._attribute_map and kind not in seen:
                  walk(module, kind, path, seen + (kind,))
              else:
                  print(path)
      for model in 'Registry', 'RegistryUpdateParameters':
          walk(r, model, '')
      walk(t, 'Task', '')
      for model in 'DockerBuildStep', 'EncodedTaskStep', 'FileTaskStep':
          walk(t, model, 'properties.step')
      """;

  private PropertyRows() {}

  /** Path, value, path, value. */
  static Map<String, String> rows(String... pairs) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      rows.put(pairs[i], pairs[i + 1]);
    }
    return rows;
  }
}
