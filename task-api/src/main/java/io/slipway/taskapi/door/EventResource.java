package io.slipway.taskapi.door;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.event.HttpEvents;
import io.slipway.taskapi.event.JsonEvents;
import io.slipway.taskapi.request.ReceiveEvents;
import io.slipway.taskapi.request.ReceiveEvents.Answer;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Requests by event over HTTP, as CloudEvents in binary, structured or batched mode: for those who
 * have no Kafka client. Each answer is the event that also is on {@code run-events}.
 */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/events")
@RolesAllowed(Caller.ARM)
public class EventResource {
  private final CallersRegistries registries;
  private final ReceiveEvents receiveEvents;
  private final Caller caller;
  private final String publicUrl;

  EventResource(
      CallersRegistries registries,
      ReceiveEvents receiveEvents,
      Caller caller,
      @ConfigProperty(name = "slipway.public-url") String publicUrl) {
    this.registries = registries;
    this.receiveEvents = receiveEvents;
    this.caller = caller;
    this.publicUrl = publicUrl;
  }

  /**
   * Accepts what the events ask for: 202 with the answers, in the order of the events. A single
   * event that is refused is an error of its own; in a batch each has its answer.
   */
  @POST
  @Consumes(MediaType.WILDCARD)
  public Uni<Response> receive(
      @BeanParam RegistryPath at, @Context HttpHeaders http, byte @Nullable [] body) {
    String sender = caller.principalId();
    Map<String, String> headers = new HashMap<>();
    http.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    String contentType =
        Objects.requireNonNullElse(http.getHeaderString(HttpHeaders.CONTENT_TYPE), "");
    byte[] content = Objects.requireNonNullElse(body, new byte[0]);
    return registries
        .open(at, "scheduleRun/action")
        .chain(registry -> receiveEvents.receive(registry, sender, contentType, headers, content))
        .map(answers ->
            HttpEvents.isBatch(contentType) ? batch(answers) : single(answers.getFirst()));
  }

  private static Response batch(List<Answer> answers) {
    return Response.accepted(
            answers.stream()
                .map(answer ->
                    JsonEvents.write(answer.event().headers(), answer.event().payload()).toString())
                .collect(Collectors.joining(",", "[", "]")))
        .type(JsonEvents.BATCH)
        .build();
  }

  private Response single(Answer answer) {
    ArmException refused = answer.refused();
    if (refused != null) {
      throw refused;
    }
    var event = JsonEvents.write(answer.event().headers(), answer.event().payload());
    return Response.accepted(event.toString())
        .type(JsonEvents.ONE)
        .header(HttpHeaders.LOCATION, publicUrl + event.at("/data/resourceId").asText())
        .build();
  }
}
