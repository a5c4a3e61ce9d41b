-- Runs that went on while those before and after them were looked at have kept their addresses.
update context_sealing set after = '00000000-0000-0000-0000-000000000000' where kind = 'run';
