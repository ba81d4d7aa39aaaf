-- What was told. Never changed once it was released: what comes later is a later script.
-- {integer}, {text}, {bytes}, {table} and {keyed} are put into each database's own words.
-- Times are microseconds since 1970. `n` is a row's place in its submission, from 0.

-- One row: the number of the last entry, and of the last one that moves plans. Whoever writes locks it first.
CREATE TABLE ledger_head (
  id {integer} NOT NULL PRIMARY KEY,
  seq {integer} NOT NULL,
  version {integer} NOT NULL
) {table};
INSERT INTO ledger_head (id, seq, version) VALUES (1, 0, 0);

CREATE TABLE ledger_entry (
  seq {integer} NOT NULL PRIMARY KEY,
  at {integer} NOT NULL,
  kind {text} NOT NULL,
  moves_plans {integer} NOT NULL,
  channel {text},
  lane {text},
  submission {integer},
  who {text},
  detail {text} NOT NULL
) {table};
CREATE INDEX ledger_entry_channel ON ledger_entry (channel, moves_plans, seq);

CREATE TABLE ledger_submission (
  id {integer} NOT NULL PRIMARY KEY,
  channel {text} NOT NULL,
  account {text} NOT NULL,
  lane {text} NOT NULL,
  feed {text} NOT NULL,
  run {text} NOT NULL,
  quota {text},
  state {text} NOT NULL,
  receipt {text},
  begun_at {integer} NOT NULL,
  queued_at {integer},
  next_look {integer},
  looked_at {integer},
  n_looks {integer} NOT NULL,
  ended_at {integer},
  why {text},
  n_rows {integer} NOT NULL,
  n_accepted {integer} NOT NULL,
  n_pending {integer} NOT NULL,
  n_failed {integer} NOT NULL,
  n_rejected {integer} NOT NULL,
  n_unknown {integer} NOT NULL,
  report {bytes}
) {table};
CREATE INDEX ledger_submission_state ON ledger_submission (state, channel, id);
CREATE INDEX ledger_submission_account ON ledger_submission (account, id);
CREATE INDEX ledger_submission_quota ON ledger_submission (quota, id);

-- Only while the submission may have to be sent again.
CREATE TABLE ledger_file (
  submission {integer} NOT NULL,
  n {integer} NOT NULL,
  part {text} NOT NULL,
  bytes {bytes} NOT NULL,
  PRIMARY KEY (submission, n)
) {table};

CREATE TABLE ledger_row (
  submission {integer} NOT NULL,
  n {integer} NOT NULL,
  ordinal {integer} NOT NULL,
  sku_key {text} NOT NULL,
  sku {text} NOT NULL,
  category {text} NOT NULL,
  file {text} NOT NULL,
  line {integer},
  heading {text},
  PRIMARY KEY (submission, n)
) {keyed};

CREATE TABLE ledger_tell (
  submission {integer} NOT NULL,
  n {integer} NOT NULL,
  lane {text} NOT NULL,
  sku_key {text} NOT NULL,
  digest {bytes} NOT NULL,
  record {bytes} NOT NULL,
  PRIMARY KEY (submission, n, lane)
) {table};

-- What is said of a row, and by which entry. Rows of which nothing is said yet have none.
CREATE TABLE ledger_verdict (
  submission {integer} NOT NULL,
  n {integer} NOT NULL,
  outcome {text} NOT NULL,
  entry {integer} NOT NULL,
  PRIMARY KEY (submission, n)
) {keyed};

CREATE TABLE ledger_finding (
  submission {integer} NOT NULL,
  n {integer} NOT NULL,
  sku_key {text},
  finding {text} NOT NULL,
  PRIMARY KEY (submission, n)
) {table};

-- `judged` is the entry by which this standing was last established: the submission whose verdict it was, or the entry
-- of forgetting. What an older submission still says does not count.
CREATE TABLE ledger_standing (
  channel {text} NOT NULL,
  lane {text} NOT NULL,
  sku_key {text} NOT NULL,
  sku {text} NOT NULL,
  accepted_digest {bytes},
  accepted_at {integer},
  accepted_in {integer},
  accepted_n {integer},
  flying_digest {bytes},
  flying_in {integer},
  refused_digest {bytes},
  refused_at {integer},
  refused_in {integer},
  failures {integer} NOT NULL,
  unknown_since {integer},
  retired_at {integer},
  judged {integer} NOT NULL,
  PRIMARY KEY (channel, lane, sku_key)
) {keyed};

CREATE TABLE ledger_id (
  channel {text} NOT NULL,
  sku_key {text} NOT NULL,
  name {text} NOT NULL,
  sku {text} NOT NULL,
  value {text} NOT NULL,
  submission {integer} NOT NULL,
  PRIMARY KEY (channel, sku_key, name)
) {keyed};

CREATE TABLE ledger_lease (
  name {text} NOT NULL PRIMARY KEY,
  owner {text} NOT NULL,
  fence {integer} NOT NULL,
  until {integer} NOT NULL
) {keyed};
