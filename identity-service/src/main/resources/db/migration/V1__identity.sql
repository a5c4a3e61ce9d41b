create table principal (
  id           uuid primary key,
  client_id    text not null unique,
  display_name text not null,
  kind         text not null check (kind in ('ServiceClient', 'UserAssigned', 'SystemAssigned')),
  secret_hash  bytea,
  created_at   timestamptz not null
);

-- resource_key is the ARM id in lower case: ids are compared in any case and answered as stored.
create table managed_identity (
  resource_key text primary key,
  resource_id  text not null,
  name         text not null,
  location     text not null,
  tags         text not null,
  principal_id uuid not null unique references principal (id) on delete cascade
);

create table role_assignment (
  name         uuid primary key,
  scope        text not null,
  scope_key    text not null,
  role_id      uuid not null,
  principal_id uuid not null references principal (id) on delete cascade,
  description  text,
  created_by   text not null,
  created_at   timestamptz not null,
  constraint role_assignment_once unique (principal_id, role_id, scope_key)
);

create index role_assignment_scope on role_assignment (scope_key text_pattern_ops);

create table protected_resource (
  audience     text primary key,
  resource_id  text not null,
  resource_key text not null
);

-- private_key is encrypted; the key of that encryption is not in the database.
create table signing_key (
  kid         text primary key,
  public_key  bytea not null,
  private_key bytea not null,
  certificate bytea not null,
  created_at  timestamptz not null,
  active_from timestamptz not null
);
