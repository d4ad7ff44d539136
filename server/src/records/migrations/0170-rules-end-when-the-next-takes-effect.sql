-- A version whose effective date lies ahead leaves the one before in force until then: its end is a day to come, which a
-- revocation or another version may still move.
comment on column rule_publications.ended_at is 'replaced by a newer publication of the same triggers, from the day on which that takes effect, or revoked';
alter policy rule_publications_end on rule_publications
  using (rules_decide() and (ended_at is null or ended_at > now())) with check (rules_decide());
