package io.slipway.identity.arm;

import io.slipway.identity.access.Scope;
import jakarta.enterprise.context.RequestScoped;
import org.jspecify.annotations.Nullable;

/** The scope that an ARM request is about, as its path gives it. */
@RequestScoped
public class ArmRequest {
  private @Nullable String scope;

  void setScope(String scope) {
    this.scope = scope;
  }

  /**
   * The scope.
   *
   * @throws ArmException 404 if the request did not come by an ARM path, 400 if the path is not an
   *     ARM id
   */
  public Scope scope() {
    String text = scope;
    if (text == null) {
      throw ArmException.notFound("The resource");
    }
    return Scope.parse(text)
        .orElseThrow(
            () -> ArmException.invalid("InvalidScope", "The scope of the path is not an ARM id."));
  }
}
