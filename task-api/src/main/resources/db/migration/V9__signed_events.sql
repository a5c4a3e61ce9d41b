-- Whether the agent that has the run signs the events of this attempt: then others are not believed.
-- Agents of earlier versions do not, nor did those that have runs now.
alter table run add column events_signed boolean not null default false;
