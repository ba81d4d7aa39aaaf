//! What was known, dropped: a shop was changed by hand.

use crate::Ledger;
use crate::LedgerError;
use crate::entry::EntryKind;
use crate::standing::Which;
use crate::standings::KNOWN;
use crate::store::Param;
use crate::writing::About;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// Leaves what is on its way, so that nothing is sent twice; and a mark that older verdicts do not count.
const DROP: &str = "UPDATE ledger_standing SET accepted_digest = NULL, accepted_at = NULL, accepted_in = NULL, accepted_n \
                    = NULL, refused_digest = NULL, refused_at = NULL, refused_in = NULL, failures = 0, unknown_since = \
                    NULL, retired_at = NULL, judged = ?1 WHERE channel = ?2";

impl Ledger {
    /// Drops what is known of some SKUs of a channel, because its shop was changed by hand. What is on its way stays
    /// so until its verdict comes, and that verdict then says nothing of where the SKU stands. Gives how many SKUs were
    /// known.
    pub fn forget(&mut self, channel: &str, which: Which<'_>, who: &str, now: Timestamp) -> Result<u64, LedgerError> {
        self.write(&format!("forget SKUs of channel `{channel}`"), |writing| {
            let seq = Param::number(writing.next_seq());
            let own = Param::Text(channel);
            let (n_known, skus) = match which {
                Which::All => {
                    let sql = format!("SELECT COUNT(DISTINCT sku_key) FROM ledger_standing WHERE channel = ?1 AND {KNOWN}");
                    let n_known = writing.store.first(&sql, &[own], |mut cells| cells.number())?;
                    writing.store.run(DROP, &[seq, own])?;
                    writing.store.run("DELETE FROM ledger_id WHERE channel = ?1", &[own])?;
                    (n_known.unwrap_or(0), Value::from("all"))
                }
                Which::These(skus) => {
                    let keys: BTreeSet<String> = skus.iter().map(Sku::key).collect();
                    // The lanes come before the SKU in the key of standings, so that they are named.
                    let lanes = Lane::ALL.map(|lane| format!("'{}'", lane.name())).join(", ");
                    let sql = format!(
                        "SELECT COUNT(DISTINCT sku_key) FROM ledger_standing WHERE channel = ?1 AND lane IN ({lanes}) AND \
                         sku_key = ?2 AND {KNOWN}"
                    );
                    let drop = format!("{DROP} AND lane IN ({lanes}) AND sku_key = ?3");
                    let mut n_known = 0;
                    for key in &keys {
                        let key = Param::Text(key);
                        n_known += writing.store.first(&sql, &[own, key], |mut cells| cells.number())?.unwrap_or(0);
                        writing.store.run(&drop, &[seq, own, key])?;
                        writing.store.run("DELETE FROM ledger_id WHERE channel = ?1 AND sku_key = ?2", &[own, key])?;
                    }
                    (n_known, skus.iter().map(Sku::as_str).collect())
                }
            };
            let about = About { channel: Some(channel), who: Some(who), ..About::default() };
            writing.enter(EntryKind::Forgotten, &about, json!({ "skus": skus, "known": n_known }), now)?;
            Ok(n_known)
        })
    }
}
