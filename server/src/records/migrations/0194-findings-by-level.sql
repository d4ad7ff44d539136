-- The list of findings in other orders than newest found first.
create index findings_level on findings (level, ordinal);
create index findings_onset on findings (onset, ordinal);
-- Views of the list of projects.
alter table saved_views drop constraint saved_views_list_known;
alter table saved_views add constraint saved_views_list_known check (list in ('cases', 'findings', 'obligations', 'projects', 'vehicles'));
