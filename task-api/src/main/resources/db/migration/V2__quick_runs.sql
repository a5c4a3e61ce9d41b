-- Runs that have something of their own at the broker, and source that was uploaded for runs.

alter table run add column own_credentials boolean not null default false;
update run set own_credentials = true where kind = 'Import';
alter table run alter column own_credentials drop default;
alter table run add column build_source uuid;
create index run_by_source on run (build_source) where build_source is not null;

-- The bytes are files; this says which there are, whose, and until when.
create table build_source (
  id            uuid primary key,
  registry_uid  uuid        not null references registry (uid) on delete cascade,
  relative_path text        not null,
  size          bigint,                         -- null until the upload is complete
  created_at    timestamptz not null,
  expires_at    timestamptz not null            -- stays beyond while a run that is not over needs it
);
create index build_source_age on build_source (expires_at);
