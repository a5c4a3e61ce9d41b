-- The ledger: what exists, what runs, and what is still to be told to others.
-- No column holds a secret: not a password, not a token, not a secret value of a task.

create table resource_group (
  name_key   text primary key,                 -- name in lower case: names are compared in any case
  name       text        not null,
  location   text        not null,
  tags       text        not null,
  created_at timestamptz not null
);

create table registry (
  uid           uuid primary key,
  name          text        not null,
  name_key      text        not null unique,
  group_key     text        not null references resource_group (name_key),
  location      text        not null,
  sku           text        not null,
  tags          text        not null,
  state         text        not null,           -- Creating, Succeeded, Failed
  login_server  text unique,                    -- null until the registry service has opened one
  principal_id  text,                           -- the registry's own identity
  client_id     text,
  run_prefix    text        not null,
  created_at    timestamptz not null
);
create index registry_group on registry (group_key);

-- Apart from the registry's row, so that a schedule does not wait for a change of the registry.
create table run_counter (
  registry_uid uuid primary key references registry (uid) on delete cascade,
  last_number  bigint not null
);

create table task (
  uid          uuid primary key,
  registry_uid uuid        not null references registry (uid) on delete cascade,
  name         text        not null,
  name_key     text        not null,
  location     text        not null,
  tags         text        not null,
  properties   text,                            -- null until the first PUT got through all services
  identity     text        not null,
  dependencies text        not null,            -- images that its last good run stood on
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  version      int         not null,             -- two changes at once: the second is refused
  unique (registry_uid, name_key)
);

create table run (
  uid               uuid primary key,
  registry_uid      uuid        not null references registry (uid) on delete cascade,
  registry          text        not null,
  number            bigint      not null,
  run_id            text        not null,
  task_uid          uuid,
  task              text,
  kind              text        not null,       -- Task, Import
  run_type          text        not null,
  trigger_kind      text        not null,
  pool              text        not null,
  os                text        not null,
  architecture      text        not null,
  variant           text,
  cpu               int         not null,
  timeout_seconds   int         not null,
  custom_registries text[]      not null,
  spec              text        not null,
  status            text        not null,
  attempt           int         not null,
  agent             text,
  lease_until       timestamptz,
  token_renew_at    timestamptz,
  cancel_requested  boolean     not null,
  lost_agents       text[]      not null,
  last_sequence     bigint      not null,
  created_at        timestamptz not null,
  queued_at         timestamptz not null,
  published_at      timestamptz not null,       -- when the queue was last told of it
  started_at        timestamptz,
  finished_at       timestamptz,
  updated_at        timestamptz not null,
  error             text,
  output_images     text        not null,
  log_bytes         bigint,                     -- length of the whole log, known at the end
  archived          boolean     not null,
  unique (registry_uid, number),
  unique (registry_uid, run_id)
);
create index run_by_status on run (registry_uid, status, number desc);
create index run_by_task on run (registry_uid, lower(task), number desc);
create index run_waiting on run (pool, published_at) where status = 'Queued';
create index run_leased on run (lease_until) where status in ('Started', 'Running');

-- What a caller's Idempotency-Key, or the id of an event, led to.
create table run_request (
  registry_uid uuid        not null references registry (uid) on delete cascade,
  key          text        not null,
  digest       text        not null,
  run_uid      uuid        not null,
  created_at   timestamptz not null,
  primary key (registry_uid, key)
);
create index run_request_age on run_request (created_at);

create table outbox (
  id         bigint generated always as identity primary key,
  topic      text        not null,
  key        text        not null,
  headers    text        not null,
  payload    bytea       not null,
  created_at timestamptz not null
);

create table run_log (
  run_uid    uuid primary key references run (uid) on delete cascade,
  length     bigint      not null,              -- bytes from the start without a gap
  sealed     boolean     not null,              -- nothing more will come, though bytes are missing
  updated_at timestamptz not null
);

create table log_chunk (
  run_uid      uuid   not null references run_log (run_uid) on delete cascade,
  start_offset bigint not null,
  content      bytea  not null,
  primary key (run_uid, start_offset)
);
alter table log_chunk alter column content set storage external;

create table agent (
  name      text primary key,
  pool      text        not null,
  slots     int         not null,
  busy      int         not null,
  last_seen timestamptz not null
);

create table image_tag (
  registry_uid uuid        not null references registry (uid) on delete cascade,
  repository   text        not null,
  tag          text        not null,
  digest       text        not null,
  media_type   text        not null,
  size         bigint      not null,
  pushed_at    timestamptz not null,
  primary key (registry_uid, repository, tag)
);
create index image_tag_digest on image_tag (registry_uid, repository, digest);

create table registry_event (
  id          text primary key,
  received_at timestamptz not null
);
create index registry_event_age on registry_event (received_at);

-- Long-running operations that a client follows by their address.
create table operation (
  id           uuid primary key,
  kind         text        not null,            -- Import, Deletion
  run_uid      uuid,
  resource_id  text        not null,
  created_at   timestamptz not null
);
create index operation_age on operation (created_at);

-- What other services still hold for something that is gone; processed at least once.
create table pending_cleanup (
  id           bigint generated always as identity primary key,
  resource_key text        not null,            -- id of the resource in lower case
  action       text        not null,
  target       text        not null,
  attempts     int         not null,
  due_at       timestamptz not null
);
create index pending_cleanup_due on pending_cleanup (due_at);
create index pending_cleanup_resource on pending_cleanup (resource_key text_pattern_ops);

create index run_finished on run (finished_at) where finished_at is not null;
