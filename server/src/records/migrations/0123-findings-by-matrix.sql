-- Findings as row `finding` of the matrix has them: who reads the register of vehicles (police) does not thereby read findings.
alter policy findings_read on findings using (
  (select actor_may('finding', 'read'))
  or (subject_kind = 'vehicle'
    and (select actor_reaches('finding', 'read') && array['own', 'territory'])
    and vehicle in (select key from vehicles))
  -- Who reads every event of services reads what was found in them.
  or (subject_kind <> 'vehicle' and (select actor_may('subjectEvents', 'read')))
  or (subject_kind <> 'vehicle'
    and (select 'own' = any (actor_reaches('finding', 'read')))
    and subject_organisation = (select nullif(actor_organisation(), '')))
  or (subject_kind <> 'vehicle'
    and (select 'territory' = any (actor_reaches('finding', 'read')))
    and starts_with(subject_region, (select actor_territory())))
  or (project is not null
    and (select 'case' = any (actor_reaches('finding', 'read')))
    and project in (select id from cases))
);
