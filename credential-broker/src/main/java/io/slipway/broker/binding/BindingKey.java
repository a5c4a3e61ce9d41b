package io.slipway.broker.binding;

import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

/** Key of a binding's row. */
public class BindingKey implements Serializable {
  private static final long serialVersionUID = 1L;

  public UUID owner = new UUID(0, 0);
  public String serverKey = "";

  /** For Hibernate. */
  public BindingKey() {}

  BindingKey(UUID owner, String serverKey) {
    this.owner = owner;
    this.serverKey = serverKey;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BindingKey key
        && key.owner.equals(owner)
        && key.serverKey.equals(serverKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(owner, serverKey);
  }
}
