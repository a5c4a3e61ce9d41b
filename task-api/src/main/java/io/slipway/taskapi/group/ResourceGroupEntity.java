package io.slipway.taskapi.group;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** Row of {@code resource_group}. */
@Entity(name = "ResourceGroup")
@Table(name = "resource_group")
class ResourceGroupEntity {
  @Id
  @Column(name = "name_key")
  String nameKey;

  String name;
  String location;
  String tags;

  @Column(name = "created_at")
  Instant createdAt;
}
