-- The token that a start prints belongs to nobody's organisation; with --empty there is none yet.
alter table api_tokens alter column organisation drop not null;
