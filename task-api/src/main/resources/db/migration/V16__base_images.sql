-- Base image triggers: which images start a run of a task when their tags move, and what became of
-- the last time. The leader brings the rows to what tasks and their runs say, and these are the
-- version and the run that it has read; the run is null where nothing is watched.
alter table task add column base_images_version int;
alter table task add column base_images_run bigint;
create index task_base_images_unread on task (uid)
  where properties is not null and version % 2 = 0
    and (base_images_version is distinct from version or base_images_run < dependencies_run);

create table base_image_trigger (
  task_uid        uuid primary key references task (uid) on delete cascade,
  registry_uid    uuid    not null,
  enabled         boolean not null,
  kind            text    not null,              -- Runtime, All
  firing          uuid    not null,              -- what the next run is asked for with
  due_at          timestamptz,                   -- when to compare digests; null: nothing is new
  last_occurrence timestamptz,
  last_run        text,                          -- id of the run that it started
  last_problem    text,                          -- why it started none
  standing        text,                          -- what is wrong with the images by themselves
  problem         text,                          -- why some images can start none now
  circular        boolean not null default false -- because they go in circles
);
create index base_image_trigger_due on base_image_trigger (due_at) where due_at is not null;

create table base_image (
  task_uid   uuid not null references base_image_trigger (task_uid) on delete cascade,
  registry   text collate "C" not null,          -- login server
  repository text collate "C" not null,
  tag        text collate "C" not null,
  host_uid   uuid,                               -- the registry itself, if it is of this platform:
                                                 -- whoever has its name later is another one
  built      text not null,                      -- digest in the task's last good run
  seen       text not null,                      -- digest that started a run, or was there before
  -- Of registries that tell nothing of pushes: what they answered last, and when to ask again.
  polled       text,
  polled_at    timestamptz,
  poll_at      timestamptz,
  poll_problem text,
  primary key (task_uid, registry, repository, tag)
);
create index base_image_name on base_image (registry, repository, tag);
create index base_image_poll on base_image (poll_at) where poll_at is not null;

-- What tasks with such a trigger built in their last good run: finds those that go in a circle.
create table built_image (
  task_uid   uuid not null references base_image_trigger (task_uid) on delete cascade,
  registry   text collate "C" not null,
  repository text collate "C" not null,
  tag        text collate "C" not null,
  primary key (task_uid, registry, repository, tag)
);

-- What ARM shows of a run that new base images started, as JSON.
alter table run add column image_update_trigger text;
