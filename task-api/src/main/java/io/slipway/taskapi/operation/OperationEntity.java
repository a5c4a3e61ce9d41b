package io.slipway.taskapi.operation;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code operation}. */
@Entity(name = "Operation")
@Table(name = "operation")
class OperationEntity {
  @Id UUID id;
  String kind;

  @Column(name = "run_uid")
  @Nullable UUID runUid;

  @Column(name = "resource_id")
  String resourceId;

  @Column(name = "created_at")
  Instant createdAt;
}
