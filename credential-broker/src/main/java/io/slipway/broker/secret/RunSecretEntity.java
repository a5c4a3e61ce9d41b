package io.slipway.broker.secret;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.UUID;

/** Row of a secret value of runs; {@code value} is encrypted. */
@Entity
@IdClass(RunSecretKey.class)
@Table(name = "run_secret")
public class RunSecretEntity {
  @Id public UUID owner;

  @Id public String name;

  public byte[] value;
}
