package io.slipway.taskapi.task;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Row of {@code task}. */
@Entity(name = "Task")
@Table(name = "task")
class TaskEntity {
  @Id UUID uid;

  @Column(name = "registry_uid")
  UUID registryUid;

  String name;

  @Column(name = "name_key")
  String nameKey;

  String location;
  String tags;
  @Nullable String properties;
  String identity;

  @Column(updatable = false) // written by the events of runs
  String dependencies;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "updated_at")
  Instant updatedAt;

  @Version int version;
}
