package io.slipway.taskapi.door;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What ACR registries have below them and Slipway's have not, and what to use instead. Pure. */
final class UnsupportedTypes {
  /** All of them as paths have them here, as a pattern of a path. */
  static final String PATTERN =
      "replications|agentpools|cacherules|credentialsets"
          + "|connectedregistries|scopemaps|tokens|generatecredentials"
          + "|privateendpointconnections|privatelinkresources"
          + "|networksecurityperimeterconfigurations|exportpipelines|importpipelines"
          + "|pipelineruns|archives|eventgridfilters|buildtasks|builds|queuebuild"
          + "|getbuildsourceuploadurl|listpolicies|updatepolicies";

  private static final String BY_IDENTITY =
      "give an identity a role on the registry: az role assignment create";
  private static final String ONE_PLACE = "a registry is in one place, 'local'";
  private static final String BY_IMPORT = "copy images with az acr import";

  /** Names in lower case, as paths have them here, to the name of ARM and the advice. */
  private static final Map<String, Type> TYPES = new TreeMap<>();

  static {
    type("replications", ONE_PLACE);
    type("agentPools", "agents take the runs of the pool 'default'; start more of them");
    type("cacheRules", BY_IMPORT);
    type("credentialSets", "give the task a credential: az acr task credential add");
    type("connectedRegistries", BY_IMPORT);
    type("scopeMaps", BY_IDENTITY);
    type("tokens", BY_IDENTITY);
    action("generateCredentials", BY_IDENTITY);
    type("privateEndpointConnections", "close the network that the registry stands in");
    type("privateLinkResources", "close the network that the registry stands in");
    type("networkSecurityPerimeterConfigurations", "close the network that the registry stands in");
    type("exportPipelines", BY_IMPORT);
    type("importPipelines", BY_IMPORT);
    type("pipelineRuns", BY_IMPORT);
    type("archives", BY_IMPORT);
    type("eventGridFilters", "make a webhook: az acr webhook create");
    type("buildTasks", "use tasks");
    type("builds", "use runs");
    action("queueBuild", "use scheduleRun");
    action("getBuildSourceUploadUrl", "use listBuildSourceUploadUrl");
    action("listPolicies", "the registry itself shows its policies");
    action("updatePolicies", "the registry itself shows its policies");
  }

  private UnsupportedTypes() {}

  private record Type(String name, String instead, boolean action) {}

  private static void type(String name, String instead) {
    TYPES.put(name.toLowerCase(Locale.ROOT), new Type(name, instead, false));
  }

  private static void action(String name, String instead) {
    TYPES.put(name.toLowerCase(Locale.ROOT), new Type(name, instead, true));
  }

  /** Whether it is something to be done, and not a list of things. */
  static boolean isAction(String word) {
    return get(word).action();
  }

  /** What is wrong and what to do. */
  static String refusal(String word) {
    Type type = get(word);
    return type.name()
        + (type.action() ? " is" : " are")
        + " not supported by Slipway: "
        + type.instead()
        + ".";
  }

  /** All of them, as ARM spells them. */
  static List<String> all() {
    return TYPES.values().stream().map(Type::name).toList();
  }

  private static Type get(String word) {
    return Objects.requireNonNull(TYPES.get(word.toLowerCase(Locale.ROOT)), word);
  }
}
