-- All authenticated or sealed data is stored as exactly the bytes that were authenticated or
-- sealed: as bytea, never as text or JSON, which a database could change.

CREATE TABLE kms_store (
  only_row integer PRIMARY KEY CHECK (only_row = 1),
  store_id bytea NOT NULL,
  schema_version integer NOT NULL,
  epoch integer NOT NULL,
  sequence bigint NOT NULL,
  item_count bigint NOT NULL,
  tag bytea NOT NULL
);

CREATE TABLE kms_store_key (
  epoch integer PRIMARY KEY,
  kind integer NOT NULL,
  parameters bytea NOT NULL,
  sealed bytea NOT NULL,
  key_check bytea NOT NULL
);

CREATE TABLE kms_item (
  kind integer NOT NULL,
  account text NOT NULL,
  region text NOT NULL,
  id text NOT NULL,
  version bigint NOT NULL,
  sequence bigint NOT NULL,
  epoch integer NOT NULL,
  document bytea NOT NULL,
  mac bytea NOT NULL,
  PRIMARY KEY (account, region, id)
);

-- Changes of other nodes are found by their sequence.
CREATE INDEX kms_item_by_sequence ON kms_item (sequence);

CREATE TABLE kms_material (
  account text NOT NULL,
  region text NOT NULL,
  key_id text NOT NULL,
  material_id bytea NOT NULL,
  epoch integer NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (account, region, key_id, material_id)
);

-- Materials that still have to be sealed again are found by their epoch.
CREATE INDEX kms_material_by_epoch ON kms_material (epoch);
