-- What the head seals besides: which nodes may write, the confirmed time, and up to which sequence
-- tombstones were removed.

ALTER TABLE kms_store ADD COLUMN writer INTEGER NOT NULL DEFAULT 1;

ALTER TABLE kms_store ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;

ALTER TABLE kms_store ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
