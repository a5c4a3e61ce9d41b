package io.slipway.identity.principal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToOne;
import jakarta.persistence.Table;

/**
 * Row of a managed identity. {@code resourceId} is the identity's own ARM id if it is
 * user-assigned, its owner's if it is system-assigned.
 */
@Entity
@Table(name = "managed_identity")
public class ManagedIdentityEntity {
  /** The ARM id in lower case. */
  @Id
  @Column(name = "resource_key")
  public String resourceKey;

  @Column(name = "resource_id")
  public String resourceId;

  public String name;

  public String location;

  /** JSON object of texts. */
  public String tags;

  @OneToOne(fetch = FetchType.EAGER)
  @JoinColumn(name = "principal_id")
  public PrincipalEntity principal;
}
