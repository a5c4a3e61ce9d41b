package io.slipway.taskapi.arm;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;

/** Lets ARM's paths match in any case, and with the empty segments that some clients send. */
@Provider
@PreMatching
class ArmPathFilter implements ContainerRequestFilter {

  @Override
  public void filter(ContainerRequestContext request) {
    URI uri = request.getUriInfo().getRequestUri();
    String normal = ArmPath.normal(uri.getRawPath());
    if (!normal.equals(uri.getRawPath())) {
      request.setRequestUri(UriBuilder.fromUri(uri).replacePath(normal).build());
    }
  }
}
