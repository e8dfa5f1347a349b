-- Further fields that the head seals: the document version that a node must support to write, the
-- confirmed time, and the sequence up to which tombstones were removed.

ALTER TABLE kms_store
  ADD COLUMN writer integer NOT NULL DEFAULT 1,
  ADD COLUMN confirmed bigint NOT NULL DEFAULT 0,
  ADD COLUMN floor bigint NOT NULL DEFAULT 0;
