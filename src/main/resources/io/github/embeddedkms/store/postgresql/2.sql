-- What the head seals besides: which nodes may write, the confirmed time, and up to which sequence
-- tombstones were removed.

ALTER TABLE kms_store
  ADD COLUMN writer integer NOT NULL DEFAULT 1,
  ADD COLUMN confirmed bigint NOT NULL DEFAULT 0,
  ADD COLUMN floor bigint NOT NULL DEFAULT 0;
