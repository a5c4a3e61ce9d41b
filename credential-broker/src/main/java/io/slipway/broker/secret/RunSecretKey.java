package io.slipway.broker.secret;

import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

/** Key of a run secret's row. */
public class RunSecretKey implements Serializable {
  private static final long serialVersionUID = 1L;

  public UUID owner = new UUID(0, 0);
  public String name = "";

  /** For Hibernate. */
  public RunSecretKey() {}

  @Override
  public boolean equals(Object other) {
    return other instanceof RunSecretKey key && key.owner.equals(owner) && key.name.equals(name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(owner, name);
  }
}
