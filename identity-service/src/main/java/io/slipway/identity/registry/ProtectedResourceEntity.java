package io.slipway.identity.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Row that says which ARM resource a registry {@code service} is. */
@Entity
@Table(name = "protected_resource")
public class ProtectedResourceEntity {
  @Id public String audience;

  @Column(name = "resource_id")
  public String resourceId;

  /** The ARM id in lower case. */
  @Column(name = "resource_key")
  public String resourceKey;

  /** Whether its exchange takes tokens of the ARM audience. */
  @Column(name = "arm_tokens")
  public boolean armTokens = true;
}
