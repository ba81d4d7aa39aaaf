-- Which due time of a schedule was last taken; and what a person asks for one SKU is found without reading all rows.
CREATE TABLE ledger_schedule (
  name {text} NOT NULL PRIMARY KEY,
  due {integer} NOT NULL
) {keyed};
CREATE INDEX ledger_row_sku ON ledger_row (sku_key, submission);
CREATE INDEX ledger_finding_sku ON ledger_finding (submission, sku_key);
