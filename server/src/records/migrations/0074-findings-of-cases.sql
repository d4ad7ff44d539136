-- Who reaches no vehicles by his role (an expert) sees the findings of the sandbox projects that he may see.
alter policy findings_read on findings using (
  (subject_kind = 'vehicle' and ((select actor_reach()) = 'all' or vehicle in (select key from vehicles)))
  or (subject_kind <> 'vehicle' and (
    (select actor_reach()) = 'all'
    or (select actor_subject_reach()) = 'all'
    or ((select actor_subject_reach()) = 'organisation' and subject_organisation = (select nullif(actor_organisation(), '')))
    or ((select actor_subject_reach()) = 'territory' and starts_with(subject_region, (select actor_territory())))
  ))
  or ((select actor_reach()) = 'none' and project is not null and project in (select id from cases))
);
