package io.slipway.taskapi.arm;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
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
      // Not by UriBuilder: it takes the whole address apart, for nearly each request.
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      request.setRequestUri(
          URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + normal + query));
    }
  }
}
