package io.slipway.identity.arm;

import io.slipway.identity.access.ArmPath;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;

/**
 * Leads ARM paths, whose scope may be anything and whose words may be in any case, to the resource
 * classes: {@code <scope>/providers/Microsoft.Authorization/roleAssignments/<name>} becomes {@code
 * /arm/authorization/roleassignments/<name>} with the scope in {@link ArmRequest}.
 */
@Provider
@PreMatching
class ArmRouting implements ContainerRequestFilter {
  private final Instance<ArmRequest> armRequest;

  ArmRouting(Instance<ArmRequest> armRequest) {
    this.armRequest = armRequest;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    ArmPath.parse(request.getUriInfo().getPath()).ifPresent(path -> route(request, path));
  }

  private void route(ContainerRequestContext request, ArmPath path) {
    armRequest.get().setScope(path.scope());
    UriBuilder address =
        UriBuilder.fromUri(request.getUriInfo().getRequestUri())
            .replacePath("arm")
            .segment(path.provider(), path.type());
    path.name().ifPresent(address::segment);
    URI internal = address.build();
    request.setRequestUri(internal);
  }
}
