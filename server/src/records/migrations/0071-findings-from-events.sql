-- Findings about what sends events. Who may see a subject sees its findings.
alter table findings
  add column feed text not null default 'frames' constraint findings_feed_known check (feed in ('frames', 'events', 'screening'));
comment on column findings.feed is 'which supervision watches it: that of frames, that of events (vehicles may send both), or the screening jobs';

alter policy findings_read on findings using (
  (subject_kind = 'vehicle' and ((select actor_reach()) = 'all' or vehicle in (select key from vehicles)))
  or (subject_kind <> 'vehicle' and (
    (select actor_reach()) = 'all'
    or (select actor_subject_reach()) = 'all'
    or ((select actor_subject_reach()) = 'organisation' and subject_organisation = (select nullif(actor_organisation(), '')))
    or ((select actor_subject_reach()) = 'territory' and starts_with(subject_region, (select actor_territory())))
  ))
);
