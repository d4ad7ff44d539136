-- A saved view may be shown to everybody of the organisation; only its owner changes it.
alter table saved_views
  add column shared boolean not null default false,
  add column organisation text not null default '',
  add column owner_account text,
  add constraint saved_views_shared_somewhere check (not shared or organisation <> '');
comment on column saved_views.organisation is 'of the owner when it was saved; who sees a shared view';
create index saved_views_shared on saved_views (organisation, list) where shared;
alter policy saved_views_own on saved_views using (actor_id = (select actor_id()))
  with check (actor_id = (select actor_id()) and organisation = actor_organisation());
create policy saved_views_shared on saved_views for select using (shared and organisation = (select actor_organisation()));
grant update (shared, organisation, owner_account) on saved_views to sandglass_app;
