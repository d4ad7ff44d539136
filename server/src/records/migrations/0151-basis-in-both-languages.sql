-- The basis of a trigger version in Chinese, where its author gave both. Versions written before have none, and stay as they
-- were written.
alter table trigger_versions add column basis_zh text;
