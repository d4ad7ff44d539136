-- Who may read the quality figures of its own platforms may read which platforms these are, whatever else it may know of
-- platform links and their credentials.
alter policy platforms_quality on platforms using (
  (select quality_reach()) = 'all'
  or ((select quality_reach()) = 'organisation' and organisation = (select nullif(actor_organisation(), '')))
);
