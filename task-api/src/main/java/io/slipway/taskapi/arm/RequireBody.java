package io.slipway.taskapi.arm;

import com.fasterxml.jackson.databind.node.NullNode;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;

/** Refuses requests without a body where a method takes one: an empty one, and JSON's null. */
@Provider
public class RequireBody implements ReaderInterceptor {
  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    Object body = context.proceed();
    if (body == null || body instanceof NullNode) {
      throw ArmException.of(
          400, "InvalidRequestContent", "The request must have a body, which is JSON.");
    }
    return body;
  }
}
