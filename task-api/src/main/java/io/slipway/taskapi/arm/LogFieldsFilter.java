package io.slipway.taskapi.arm;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Which registry and run a request is about, for each line of the log that is written for it: a
 * context of Vert.x has them, so that they end with the request.
 */
@Provider
class LogFieldsFilter implements ContainerRequestFilter {
  private static final int LONGEST = 64;

  @Override
  public void filter(ContainerRequestContext request) {
    MultivaluedMap<String, String> asked = request.getUriInfo().getPathParameters();
    put("registry", asked.getFirst("registry"));
    put("run", asked.getFirst("run"));
  }

  /** Names are shorter; what is longer is none. */
  private static void put(String field, @Nullable String value) {
    if (value != null && value.length() <= LONGEST) {
      MDC.put(field, value);
    }
  }
}
