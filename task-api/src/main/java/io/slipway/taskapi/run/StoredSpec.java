package io.slipway.taskapi.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What an agent is to do, as far as it is known when the run is accepted. It holds no secret.
 *
 * @param registryId ARM id of the run's registry
 * @param loginServer its login server
 * @param logins registries to log in to before the first step, the run's own first
 * @param step what to execute, in the words of {@code docs/interfaces.md} section 4
 */
public record StoredSpec(
    String registryId, String loginServer, List<String> logins, JsonNode step) {}
