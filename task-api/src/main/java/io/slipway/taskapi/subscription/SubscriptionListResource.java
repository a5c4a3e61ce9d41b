package io.slipway.taskapi.subscription;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.subscription.SubscriptionResource.Subscription;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Subscriptions: the one of the platform, for everybody who logged in. */
@Path("/subscriptions")
@RolesAllowed(Caller.ARM)
public class SubscriptionListResource {
  private final String subscriptionId;
  private final String tenantId;

  SubscriptionListResource(
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId,
      @ConfigProperty(name = "slipway.tenant-id") String tenantId) {
    this.subscriptionId = subscriptionId;
    this.tenantId = tenantId;
  }

  /** Subscriptions. */
  @GET
  public Page<Subscription> subscriptions() {
    return Page.of(List.of(Subscription.of(subscriptionId, tenantId)));
  }
}
