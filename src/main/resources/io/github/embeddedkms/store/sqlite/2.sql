-- Further fields that the head seals: the document version that a node must support to write, the
-- confirmed time, and the sequence up to which tombstones were removed.

ALTER TABLE kms_store ADD COLUMN writer INTEGER NOT NULL DEFAULT 1;

ALTER TABLE kms_store ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;

ALTER TABLE kms_store ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
