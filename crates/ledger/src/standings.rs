//! Where SKUs stand: what a plan is made from.

use crate::Ledger;
use crate::LedgerError;
use crate::kept::unpack;
use crate::standing::Ids;
use crate::standing::InFlight;
use crate::standing::Refused;
use crate::standing::Standing;
use crate::standing::Told;
use crate::store::Cells;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::SubmissionId;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use std::borrow::Cow;

/// That a standing says something.
pub(crate) const KNOWN: &str = "(accepted_digest IS NOT NULL OR flying_in IS NOT NULL OR refused_digest IS NOT NULL OR \
                                failures > 0 OR unknown_since IS NOT NULL OR retired_at IS NOT NULL)";
/// What [`standing`] reads.
const STANDING: &str = "SELECT sku, accepted_digest, accepted_at, flying_digest, flying_in, refused_digest, refused_at, \
                        refused_in, failures, unknown_since, retired_at, lane FROM ledger_standing WHERE channel = ?1 AND";

impl Ledger {
    /// Where all SKUs of a channel stand in one lane, sorted by SKU. Those of which nothing is known are left out.
    pub fn standings(&mut self, channel: &str, lane: Lane, each: &mut dyn FnMut(Standing)) -> Result<(), LedgerError> {
        self.read("read where SKUs stand", |store| {
            let sql = format!("{STANDING} lane = ?2 AND {KNOWN} ORDER BY sku");
            store.each(&sql, &[Param::Text(channel), Param::Text(lane.name())], &mut |cells| {
                each(standing(cells)?);
                Ok(())
            })
        })
    }

    /// Where one SKU stands.
    pub fn standing(&mut self, channel: &str, sku: &Sku, lane: Lane) -> Result<Option<Standing>, LedgerError> {
        self.read("read where a SKU stands", |store| {
            let sql = format!("{STANDING} lane = ?2 AND sku_key = ?3 AND {KNOWN}");
            store.first(&sql, &[Param::Text(channel), Param::Text(lane.name()), Param::Text(&sku.key())], standing)
        })
    }

    /// Where these SKUs stand in some lanes, by their [keys](Sku::key), each given once: in no order. Those of which nothing
    /// is known are left out.
    pub fn standings_of(
        &mut self,
        channel: &str,
        lanes: &[Lane],
        keys: &[&str],
        each: &mut dyn FnMut(Lane, Standing),
    ) -> Result<(), LedgerError> {
        let names = lanes.iter().map(|lane| format!("'{}'", lane.name())).collect::<Vec<_>>().join(", ");
        if names.is_empty() {
            return Ok(());
        }
        let read = self.store().and_then(|store| {
            let sql = format!("{STANDING} lane IN ({names}) AND sku_key {{one_of}} AND {KNOWN}");
            store.each_of(&sql, &[Param::Text(channel)], keys, &mut |cells| {
                let (lane, standing) = standing_in(cells)?;
                each(lane, standing);
                Ok(())
            })
        });
        read.map_err(|trouble| self.error("read where SKUs stand", trouble))
    }

    /// The SKUs of a channel of which something was accepted in one lane, in no order.
    pub fn listed(&mut self, channel: &str, lane: Lane, each: &mut dyn FnMut(Sku)) -> Result<(), LedgerError> {
        self.read("read what is listed", |store| {
            store.each(
                "SELECT sku FROM ledger_standing WHERE channel = ?1 AND lane = ?2 AND accepted_digest IS NOT NULL",
                &[Param::Text(channel), Param::Text(lane.name())],
                &mut |mut cells| {
                    each(sku(&mut cells)?);
                    Ok(())
                },
            )
        })
    }

    /// How many SKUs of a channel have something accepted in any of these lanes.
    pub fn n_listed(&mut self, channel: &str, lanes: &[Lane]) -> Result<u64, LedgerError> {
        self.read("count what is listed", |store| {
            let mut n_listed = 0;
            for (at, lane) in lanes.iter().enumerate() {
                let mut sql = "SELECT COUNT(*) FROM ledger_standing s WHERE s.channel = ?1 AND s.lane = ?2 AND \
                               s.accepted_digest IS NOT NULL"
                    .to_owned();
                // Without what the lanes before it have: faster than sorting the keys of all.
                for earlier in lanes.iter().take(at) {
                    let known = format!(
                        " AND NOT EXISTS (SELECT 1 FROM ledger_standing t WHERE t.channel = ?1 AND t.lane = '{}' AND \
                         t.sku_key = s.sku_key AND t.accepted_digest IS NOT NULL)",
                        earlier.name()
                    );
                    sql.push_str(&known);
                }
                let params = [Param::Text(channel), Param::Text(lane.name())];
                n_listed += store.first(&sql, &params, |mut cells| cells.number())?.unwrap_or(0);
            }
            Ok(n_listed)
        })
    }

    /// The record that was last accepted.
    pub fn accepted_record(&mut self, channel: &str, sku: &Sku, lane: Lane) -> Result<Option<Vec<u8>>, LedgerError> {
        let mut record = None;
        let read = self.store().and_then(|store| {
            store.each_of(
                "SELECT t.record FROM ledger_standing s JOIN ledger_tell t ON t.submission = s.accepted_in AND t.n = \
                 s.accepted_n AND t.lane = s.lane WHERE s.channel = ?1 AND s.lane = ?2 AND s.sku_key {one_of}",
                &[Param::Text(channel), Param::Text(lane.name())],
                &[&sku.key()],
                &mut |mut cells| {
                    record = Some(unpack(&cells.bytes()?)?);
                    Ok(())
                },
            )
        });
        read.map(|()| record).map_err(|trouble| self.error("read what was last accepted", trouble))
    }

    /// The records of a channel that were last accepted in one lane, sorted by SKU.
    pub fn accepted_records(
        &mut self,
        channel: &str,
        lane: Lane,
        each: &mut dyn FnMut(Sku, Vec<u8>),
    ) -> Result<(), LedgerError> {
        self.read("read what was last accepted", |store| {
            store.each(
                "SELECT s.sku, t.record FROM ledger_standing s JOIN ledger_tell t ON t.submission = s.accepted_in AND t.n \
                 = s.accepted_n AND t.lane = s.lane WHERE s.channel = ?1 AND s.lane = ?2 ORDER BY s.sku",
                &[Param::Text(channel), Param::Text(lane.name())],
                &mut |mut cells| {
                    let sku = sku(&mut cells)?;
                    each(sku, unpack(&cells.bytes()?)?);
                    Ok(())
                },
            )
        })
    }

    /// The record that a submission told of a SKU in one lane.
    pub fn told_record(
        &mut self,
        submission: SubmissionId,
        sku: &Sku,
        lane: Lane,
    ) -> Result<Option<Vec<u8>>, LedgerError> {
        self.read("read what was told", |store| {
            store.first(
                "SELECT t.record FROM ledger_row r JOIN ledger_tell t ON t.submission = r.submission AND t.n = r.n WHERE \
                 r.sku_key = ?1 AND r.submission = ?2 AND t.lane = ?3",
                &[Param::Text(&sku.key()), Param::number(submission.0), Param::Text(lane.name())],
                |mut cells| unpack(&cells.bytes()?),
            )
        })
    }

    /// What the marketplace calls things of a SKU, put together from all verdicts; of two the newer submission's.
    pub fn ids(&mut self, channel: &str, sku: &Sku) -> Result<Ids, LedgerError> {
        self.read("read the ids of a SKU", |store| ids(store, channel, sku))
    }

    /// The same of all SKUs of a channel that have some, sorted by the SKUs' [keys](Sku::key).
    pub fn all_ids(&mut self, channel: &str, each: &mut dyn FnMut(Sku, Ids)) -> Result<(), LedgerError> {
        self.read("read the ids of SKUs", |store| {
            let mut open: Option<(String, Sku, Ids)> = None;
            store.each(
                "SELECT sku_key, sku, name, value FROM ledger_id WHERE channel = ?1 ORDER BY sku_key, submission",
                &[Param::Text(channel)],
                &mut |mut cells| {
                    let key = cells.text()?;
                    let sku = sku(&mut cells)?;
                    let id = (Cow::Owned(cells.text()?), cells.text()?);
                    match &mut open {
                        Some((own, written, ids)) if *own == key => {
                            // As it was written last.
                            *written = sku;
                            ids.extend([id]);
                        }
                        _ => {
                            if let Some((_, sku, ids)) = open.replace((key, sku, Ids::from([id]))) {
                                each(sku, ids);
                            }
                        }
                    }
                    Ok(())
                },
            )?;
            if let Some((_, sku, ids)) = open {
                each(sku, ids);
            }
            Ok(())
        })
    }
}

/// What the marketplace calls things of a SKU.
pub(crate) fn ids(store: &mut Store, channel: &str, sku: &Sku) -> Result<Ids, Trouble> {
    let ids = store.all(
        "SELECT name, value FROM ledger_id WHERE channel = ?1 AND sku_key = ?2",
        &[Param::Text(channel), Param::Text(&sku.key())],
        |mut cells| Ok((Cow::Owned(cells.text()?), cells.text()?)),
    )?;
    Ok(ids.into_iter().collect())
}

/// A SKU out of a cell.
pub(crate) fn sku(cells: &mut Cells) -> Result<Sku, Trouble> {
    let text = cells.text()?;
    Sku::parse(&text).map_err(|why| Trouble::broken(format!("it holds the text `{text}` where a SKU should be: {why}")))
}

fn standing(cells: Cells) -> Result<Standing, Trouble> {
    standing_in(cells).map(|(_, standing)| standing)
}

/// The same, with its lane.
fn standing_in(mut cells: Cells) -> Result<(Lane, Standing), Trouble> {
    let sku = sku(&mut cells)?;
    let accepted = match (cells.maybe_digest()?, cells.maybe_time()?) {
        (Some(digest), Some(at)) => Some(Told { digest, at }),
        _ => None,
    };
    let in_flight = match (cells.maybe_digest()?, cells.maybe_number()?) {
        (Some(digest), Some(id)) => Some(InFlight { submission: SubmissionId(id), digest }),
        _ => None,
    };
    let refused = match (cells.maybe_digest()?, cells.maybe_time()?, cells.maybe_number()?) {
        (Some(digest), Some(at), Some(id)) => Some(Refused { digest, at, submission: SubmissionId(id) }),
        _ => None,
    };
    let standing = Standing {
        sku,
        accepted,
        in_flight,
        refused,
        failures: u32::try_from(cells.number()?).unwrap_or(u32::MAX),
        unknown_since: cells.maybe_time()?,
        retired_at: cells.maybe_time()?,
    };
    let lane = cells.text()?;
    match Lane::parse(&lane) {
        Some(lane) => Ok((lane, standing)),
        None => Err(Trouble::broken(format!("it names a lane `{lane}` that we do not know"))),
    }
}
