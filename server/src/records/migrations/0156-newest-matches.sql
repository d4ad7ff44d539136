-- Words that stand in many cases: the newest matches that the actor may see, in the order of lists. Testing case after case was slow
-- where words are common in all cases and rare in those of the actor.
alter table case_words add column if not exists opened_at timestamptz(3);
select set_config('sandglass.role', 'system:setup', true);
update case_words w set opened_at = c.opened_at from cases c where c.id = w.case_id and w.opened_at is null;
select set_config('sandglass.role', '', true);
alter table case_words alter column opened_at set not null;

create or replace function add_case_words(of_case text, added text[], fresh boolean) returns void language plpgsql security definer set search_path = public as $$
begin
  insert into case_words as known (case_id, words, opened_at)
  select id, array_to_tsvector(added), cases.opened_at from cases where id = of_case
  on conflict (case_id) do update set words = case when fresh then excluded.words else known.words || excluded.words end
    where fresh or not tsvector_to_array(known.words) @> added;
end $$;

drop function matching_cases(tsquery, integer);
-- The newest `at_most` cases with the words that the actor may see, behind a place in the list (null: from its start). Whether a
-- case is the actor's is looked up in a hash of them, not one by one.
create function matching_cases(asked tsquery, at_most integer, before_time timestamptz, before_id text) returns text[]
  language plpgsql stable security definer set search_path = public set enable_seqscan = off as $$
begin
  if actor_sees_every_case() then
    return coalesce((select array_agg(hit.case_id) from (
      select w.case_id from case_words w
      where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
      order by w.opened_at desc, w.case_id desc limit at_most) hit), '{}');
  end if;
  return coalesce((
    with own as materialized (select x.case_id from case_index x where x.scope = any (actor_case_scopes()))
    select array_agg(hit.case_id) from (
      select w.case_id from case_words w
      where w.words @@ asked and (before_time is null or (w.opened_at, w.case_id) < (before_time, before_id))
        and (w.case_id in (select own.case_id from own)) is true
      order by w.opened_at desc, w.case_id desc limit at_most) hit), '{}');
end $$;
revoke execute on function matching_cases(tsquery, integer, timestamptz, text) from public;
grant execute on function matching_cases(tsquery, integer, timestamptz, text) to sandglass_app;
