-- Everything that is authenticated or sealed is stored as the bytes that were authenticated or
-- sealed: blobs, never texts that a database could change.

CREATE TABLE kms_store (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  store_id BLOB NOT NULL,
  schema_version INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  item_count INTEGER NOT NULL,
  tag BLOB NOT NULL
) STRICT;

CREATE TABLE kms_store_key (
  epoch INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  parameters BLOB NOT NULL,
  sealed BLOB NOT NULL,
  key_check BLOB NOT NULL
) STRICT;

CREATE TABLE kms_item (
  kind INTEGER NOT NULL,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  document BLOB NOT NULL,
  mac BLOB NOT NULL,
  PRIMARY KEY (account, region, id)
) STRICT, WITHOUT ROWID;

-- What others have changed is asked for by its sequence.
CREATE INDEX kms_item_by_sequence ON kms_item (sequence);

CREATE TABLE kms_material (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  key_id TEXT NOT NULL,
  material_id BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, region, key_id, material_id)
) STRICT, WITHOUT ROWID;

-- What is still to be sealed again is asked for by its epoch.
CREATE INDEX kms_material_by_epoch ON kms_material (epoch);
