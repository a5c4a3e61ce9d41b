package io.slipway.taskapi.arm;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses paths below another subscription than the platform's one. */
@Provider
class SubscriptionFilter implements ContainerRequestFilter {
  @Inject
  @ConfigProperty(name = "slipway.subscription-id")
  String subscriptionId;

  @Override
  public void filter(ContainerRequestContext request) {
    String asked = request.getUriInfo().getPathParameters().getFirst("sub");
    if (asked != null && !asked.equalsIgnoreCase(subscriptionId)) {
      request.abortWith(
          Response.status(404)
              .type(MediaType.APPLICATION_JSON)
              .entity(
                  ArmError.of(
                      "SubscriptionNotFound",
                      "The subscription '" + asked + "' could not be found.",
                      List.of()))
              .build());
    }
  }
}
