-- By which two ledgers are told apart: random bytes, put in by whoever runs this.
ALTER TABLE ledger_head ADD COLUMN identity {bytes};
