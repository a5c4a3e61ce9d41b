package io.slipway.taskapi.operation;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestResponse;

/** Where a client asks how far an operation is. */
@ApplicationScoped
public class OperationAddress {
  private final String publicUrl;
  private final String subscriptionId;

  OperationAddress(
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.publicUrl = publicUrl;
    this.subscriptionId = subscriptionId;
  }

  /** 202 with the address and when to ask. */
  public <T> RestResponse<T> accepted(UUID operationId) {
    return RestResponse.ResponseBuilder.<T>create(Response.Status.ACCEPTED.getStatusCode())
        .header(
            "Location",
            "%s/subscriptions/%s/providers/Microsoft.ContainerRegistry/operationStatuses/%s?api-version=2022-02-01-preview"
                .formatted(publicUrl, subscriptionId, operationId))
        .header("Retry-After", 1)
        .build();
  }
}
