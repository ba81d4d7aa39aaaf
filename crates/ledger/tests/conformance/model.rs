//! What the ledger should do, as simply as it can be said: one row after the other, in memory.

use feedwright_catalog::digest::Lane;
use feedwright_ledger::End;
use feedwright_ledger::Outcome;
use feedwright_ledger::State;
use std::collections::BTreeMap;

/// Where a SKU stands; digests are numbers, times are the number of the call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stands {
    pub(crate) accepted: Option<(u8, i64)>,
    pub(crate) in_flight: Option<(u64, u8)>,
    pub(crate) refused: Option<(u8, i64, u64)>,
    pub(crate) failures: u32,
    pub(crate) unknown_since: Option<i64>,
    pub(crate) retired_at: Option<i64>,
    /// The entry that established it.
    judged: u64,
}

impl Stands {
    fn says_something(&self) -> bool {
        Self { judged: 0, ..self.clone() } != Self::default()
    }
}

type Row = (Vec<(Lane, u8)>, Option<Outcome>);

#[derive(Clone, Debug)]
pub(crate) struct Submission {
    pub(crate) lane: Lane,
    pub(crate) state: State,
    /// What each SKU tells, and what was said of it.
    pub(crate) rows: BTreeMap<&'static str, Row>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) seq: u64,
    pub(crate) version: u64,
    pub(crate) submissions: BTreeMap<u64, Submission>,
    standings: BTreeMap<(&'static str, Lane), Stands>,
}

/// What each SKU tells.
pub(crate) type Rows = BTreeMap<&'static str, Vec<(Lane, u8)>>;

impl Model {
    pub(crate) fn standing(&self, sku: &'static str, lane: Lane) -> Option<Stands> {
        self.standings.get(&(sku, lane)).filter(|stands| stands.says_something()).cloned()
    }

    /// The submission's number, or none when something is on its way.
    pub(crate) fn begin(&mut self, lane: Lane, rows: &Rows) -> Option<u64> {
        let id = self.seq + 1;
        let tells = || rows.iter().flat_map(|(sku, tells)| tells.iter().map(move |tell| (*sku, *tell)));
        if tells().any(|(sku, (lane, _))| self.standings.get(&(sku, lane)).is_some_and(|old| old.in_flight.is_some())) {
            return None;
        }
        for (sku, (lane, digest)) in tells() {
            self.standings.entry((sku, lane)).or_default().in_flight = Some((id, digest));
        }
        let rows = rows.iter().map(|(sku, tells)| (*sku, (tells.clone(), None))).collect();
        self.submissions.insert(id, Submission { lane, state: State::Sending, rows });
        self.entry();
        self.version = self.seq;
        Some(id)
    }

    /// Whether it could be.
    pub(crate) fn queued(&mut self, id: u64) -> bool {
        let submission = self.submissions.get_mut(&id).unwrap();
        match submission.state {
            State::Sending => {
                submission.state = State::Queued;
                self.seq += 1;
                true
            }
            State::Queued => true,
            State::Settled | State::Refused | State::Unknown => false,
        }
    }

    /// How many rows have a new verdict; none when it cannot be.
    pub(crate) fn settle(
        &mut self,
        id: u64,
        verdicts: &[(&'static str, Outcome)],
        is_last: bool,
        now: i64,
    ) -> Option<u64> {
        let mut submission = self.submissions[&id].clone();
        if submission.state == State::Refused {
            return None;
        }
        let is_open = submission.state.is_open();
        let old = submission.rows.clone();
        for (sku, outcome) in verdicts {
            if let Some((_, known)) = submission.rows.get_mut(sku) {
                let may_change = match known {
                    Some(Outcome::Accepted | Outcome::Rejected | Outcome::Failed) => false,
                    None | Some(Outcome::Pending | Outcome::Unknown) => is_open || *outcome != Outcome::Pending,
                };
                if may_change {
                    *known = Some(*outcome);
                }
            }
        }
        let ends = is_open && is_last;
        if ends {
            for (_, known) in submission.rows.values_mut() {
                if matches!(known, None | Some(Outcome::Pending)) {
                    *known = Some(Outcome::Unknown);
                }
            }
            submission.state = State::Settled;
        }
        let news: Vec<&'static str> =
            submission.rows.iter().filter(|(sku, row)| old[*sku].1 != row.1).map(|(sku, _)| *sku).collect();
        for sku in &news {
            self.judge(id, &submission, sku, now);
        }
        self.submissions.insert(id, submission);
        if ends || !news.is_empty() {
            self.entry();
            self.version = self.seq;
        }
        Some(news.len() as u64)
    }

    pub(crate) fn give_up(&mut self, id: u64, end: End, now: i64) {
        let mut submission = self.submissions[&id].clone();
        if !submission.state.is_open() {
            return;
        }
        let open: Vec<&'static str> = submission
            .rows
            .iter()
            .filter(|(_, (_, known))| matches!(known, None | Some(Outcome::Pending)))
            .map(|(sku, _)| *sku)
            .collect();
        match end {
            End::Unknown => {
                submission.state = State::Unknown;
                for sku in open {
                    submission.rows.get_mut(sku).unwrap().1 = Some(Outcome::Unknown);
                    self.judge(id, &submission, sku, now);
                }
            }
            End::Refused => {
                submission.state = State::Refused;
                for sku in open {
                    submission.rows.get_mut(sku).unwrap().1 = None;
                }
                for stands in self.standings.values_mut() {
                    stands.in_flight = stands.in_flight.filter(|(own, _)| *own != id);
                }
            }
        }
        self.submissions.insert(id, submission);
        self.entry();
        self.version = self.seq;
    }

    pub(crate) fn forget(&mut self, skus: Option<&[&'static str]>) {
        let seq = self.seq + 1;
        for ((sku, _), stands) in &mut self.standings {
            if skus.is_none_or(|skus| skus.contains(sku)) {
                *stands = Stands { in_flight: stands.in_flight, judged: seq, ..Stands::default() };
            }
        }
        self.entry();
        self.version = self.seq;
    }

    fn entry(&mut self) {
        self.seq += 1;
    }

    /// What a new verdict of one row means.
    fn judge(&mut self, id: u64, submission: &Submission, sku: &'static str, now: i64) {
        let (tells, outcome) = &submission.rows[sku];
        let Some(outcome) = *outcome else { return };
        for (lane, digest) in tells {
            let stands = self.standings.get_mut(&(sku, *lane)).unwrap();
            if outcome != Outcome::Pending {
                stands.in_flight = stands.in_flight.filter(|(own, _)| *own != id);
            }
            if outcome == Outcome::Pending || stands.judged > id {
                continue;
            }
            stands.judged = id;
            match outcome {
                Outcome::Accepted => {
                    stands.accepted = Some((*digest, now));
                    stands.refused = None;
                    stands.failures = 0;
                    stands.unknown_since = None;
                    stands.retired_at = (submission.lane == Lane::Retirement).then_some(now);
                }
                Outcome::Rejected => stands.refused = Some((*digest, now, id)),
                Outcome::Failed => stands.failures += 1,
                Outcome::Unknown => stands.unknown_since = stands.unknown_since.or(Some(now)),
                Outcome::Pending => {}
            }
        }
        if outcome != Outcome::Accepted {
            return;
        }
        let retires = submission.lane == Lane::Retirement;
        for ((own, lane), stands) in &mut self.standings {
            // A retirement ends the other lanes, and they end it.
            let is_ended = if retires { *lane != Lane::Retirement } else { *lane == Lane::Retirement };
            if *own == sku && is_ended && !tells.is_empty() && stands.judged <= id {
                stands.accepted = None;
                stands.unknown_since = None;
                stands.retired_at = retires.then_some(now);
                stands.judged = id;
            }
        }
    }
}
