package io.slipway.taskapi.sourcetrigger;

import io.slipway.taskapi.sourcetrigger.delivery.Delivery;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/** Where git providers post what happens in repositories; what they send is signed. */
@Path("/hooks")
@PermitAll
public class HookResource {
  private static final int ACCEPTED = 202;

  private final ReceiveDelivery receiveDelivery;

  HookResource(ReceiveDelivery receiveDelivery) {
    this.receiveDelivery = receiveDelivery;
  }

  /**
   * What the provider shows of a delivery.
   *
   * @param status {@code accepted} if a run is asked for, otherwise {@code ignored}
   * @param reasons why not, one for each event of the delivery that starts no run
   */
  public record Answer(String status, List<String> reasons) {}

  /** Takes a delivery: 202 if it starts a run, 200 if not; the same again if it comes again. */
  @POST
  @Path("/{task}/{key}")
  @Consumes(MediaType.WILDCARD)
  public Uni<RestResponse<Answer>> receive(
      @PathParam("task") UUID task,
      @PathParam("key") String key,
      @Context HttpHeaders headers,
      byte[] body) {
    Map<String, String> byName = new HashMap<>();
    headers
        .getRequestHeaders()
        .forEach((name, values) -> byName.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return receiveDelivery.receive(task, key, new Delivery(byName, body)).map(HookResource::answer);
  }

  private static RestResponse<Answer> answer(List<SourceDeliveries.Outcome> outcomes) {
    List<String> reasons =
        outcomes.stream()
            .filter(outcome -> !outcome.accepted())
            .map(SourceDeliveries.Outcome::problem)
            .filter(Objects::nonNull)
            .toList();
    return reasons.size() < outcomes.size()
        ? RestResponse.status(
            RestResponse.Status.fromStatusCode(ACCEPTED), new Answer("accepted", reasons))
        : RestResponse.ok(
            new Answer(
                "ignored", outcomes.isEmpty() ? List.of("It tells of no new commit.") : reasons));
  }
}
