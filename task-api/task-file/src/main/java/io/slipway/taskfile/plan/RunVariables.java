package io.slipway.taskfile.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code .Run} holds.
 *
 * @param id run id, for example {@code cf10}
 * @param registry login server of the registry that the run belongs to
 * @param registryName its name
 * @param date start of the run as {@code yyyyMMdd-HHmmssz}
 * @param os {@code linux} or {@code windows}
 * @param architecture for example {@code amd64}
 * @param sharedVolume name of the home volume
 * @param commit commit of the context, or empty
 * @param branch branch of the context, or empty
 * @param tag git tag that was pushed, or empty
 * @param taskName name of the task, or empty
 */
public record RunVariables(
    String id,
    String registry,
    String registryName,
    String date,
    String os,
    String architecture,
    String sharedVolume,
    String commit,
    String branch,
    String tag,
    String taskName) {
  /** Name of a registry: the first part of its login server. */
  public static String registryName(String loginServer) {
    int dot = loginServer.indexOf('.');
    return dot < 0 ? loginServer : loginServer.substring(0, dot);
  }

  /** By the names that templates use. */
  public Map<String, String> asMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("ID", id);
    map.put("Registry", registry);
    map.put("RegistryName", registryName);
    map.put("Date", date);
    map.put("OS", os);
    map.put("Architecture", architecture);
    map.put("SharedVolume", sharedVolume);
    map.put("Commit", commit);
    map.put("Branch", branch);
    map.put("GitTag", tag);
    map.put("TaskName", taskName);
    return map;
  }
}
