-- All authenticated or sealed data is stored as exactly the bytes that were authenticated or
-- sealed: as blobs, never as text, which a database could change.

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

-- Changes of other nodes are found by their sequence.
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

-- Materials that still have to be sealed again are found by their epoch.
CREATE INDEX kms_material_by_epoch ON kms_material (epoch);
