-- Hash of the secret of the process that holds the run: its run token is good with that secret alone.
-- A run that was claimed before has none, and is lent nothing until it is claimed again.
alter table run add column holder text;
