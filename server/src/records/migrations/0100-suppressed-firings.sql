-- Firings that another trigger keeps back (`suppressed by`): recorded with what they rest on, not delivered.
alter table findings add column suppressed_by text;
comment on column findings.suppressed_by is 'trigger that fired for the subject at the onset; null of findings that a cooldown swallowed';
create index findings_kept_back on findings (feed, vehicle) where suppressed_by is not null and cleared_at is null;
grant update (suppressed_by) on findings to sandglass_app;
