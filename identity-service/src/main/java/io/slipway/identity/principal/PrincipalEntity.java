package io.slipway.identity.principal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of a principal: who a role can be given to. */
@Entity
@Table(name = "principal")
public class PrincipalEntity {
  @Id public UUID id;

  /** GUID, or the name of a service client; lower case. */
  @Column(name = "client_id")
  public String clientId;

  @Column(name = "display_name")
  public String displayName;

  @Enumerated(EnumType.STRING)
  public PrincipalKind kind;

  /** SHA-256 of a service client's secret; none: it can't log in. */
  @Column(name = "secret_hash")
  public byte @Nullable [] secretHash;

  @Column(name = "created_at")
  public Instant createdAt;
}
