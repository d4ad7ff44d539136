-- A platform answers for the alarms that came through it, whoever the vehicles are registered for. What was kept before
-- does not know; it goes on counting for the platforms of the vehicle's organisation.
alter table quality_bursts add column username text;
comment on column quality_bursts.username is
  'platform through which the onset came, as in quality_platform_days.username; empty = from the terminal directly; null = kept before this was known';
create index quality_bursts_username on quality_bursts (username, onset);
