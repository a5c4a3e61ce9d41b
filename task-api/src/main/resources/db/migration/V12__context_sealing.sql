-- How far credentials in addresses of contexts have been taken out of rows of earlier versions.
create table context_sealing (
  kind  text primary key,
  after uuid not null
);

insert into context_sealing (kind, after) values
  ('run', '00000000-0000-0000-0000-000000000000'),
  ('task_run', '00000000-0000-0000-0000-000000000000');
