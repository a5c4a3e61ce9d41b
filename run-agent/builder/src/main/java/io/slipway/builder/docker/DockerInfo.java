package io.slipway.builder.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.builder.MachineProcessors;

/** What {@code docker info} and {@code podman info} say of their machine. Pure. */
final class DockerInfo {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DockerInfo() {}

  /**
   * Its processors; none that can be limited where the text does not say so.
   *
   * @param json output of {@code info --format '{{json .}}'}
   */
  static MachineProcessors processors(String json) {
    try {
      JsonNode info = JSON.readTree(json);
      JsonNode podman = info.path("host");
      if (podman.isObject()) {
        boolean limited = false;
        for (JsonNode controller : podman.path("cgroupControllers")) {
          limited |= controller.asText().equals("cpu");
        }
        return new MachineProcessors(podman.path("cpus").asInt(), limited);
      }
      return new MachineProcessors(
          info.path("NCPU").asInt(), info.path("CpuCfsQuota").asBoolean(false));
    } catch (JsonProcessingException unreadable) {
      return new MachineProcessors(0, false);
    }
  }
}
