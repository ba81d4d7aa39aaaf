//! Any sequence of calls, held against the model.

use crate::ground::Database;
use crate::ground::Ground;
use crate::model::Model;
use crate::model::Rows;
use crate::model::Stands;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::lease;
use crate::samples::new;
use crate::samples::row;
use crate::samples::settlement;
use crate::samples::sku;
use crate::samples::standings;
use crate::samples::tell;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::End;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Ledger;
use feedwright_ledger::Outcome;
use feedwright_ledger::Standing;
use feedwright_ledger::SubmissionId;
use feedwright_ledger::Which;
use proptest::collection::btree_map;
use proptest::collection::btree_set;
use proptest::collection::vec;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::Index;
use proptest::sample::select;
use proptest::sample::subsequence;
use proptest::test_runner::Config;
use proptest::test_runner::TestRunner;

const SKUS: [&str; 3] = ["CUP-1", "MUG-1", "MUG-2"];
const LISTED: [Lane; 3] = [Lane::Content, Lane::Price, Lane::Stock];

#[derive(Clone, Debug)]
enum Call {
    Begin(Lane, Rows),
    Queued(Index),
    Settle(Index, Vec<(&'static str, Outcome)>, bool),
    GiveUp(Index, End),
    Forget(Option<Vec<&'static str>>),
    Reopen,
}

fn call() -> impl Strategy<Value = Call> {
    let tells = btree_map(select(&LISTED[..]), 1..4_u8, 0..=3).prop_map(|tells| tells.into_iter().collect::<Vec<_>>());
    let listed = btree_map(select(&SKUS[..]), tells, 1..=3);
    let listed = (select(&LISTED[..]), listed).prop_map(|(lane, rows)| Call::Begin(lane, rows));
    let retired = btree_set(select(&SKUS[..]), 1..=3).prop_map(|skus| {
        Call::Begin(Lane::Retirement, skus.into_iter().map(|sku| (sku, vec![(Lane::Retirement, 9)])).collect())
    });
    let verdicts = vec((select(&SKUS[..]), select(&Outcome::ALL[..])), 0..=4);
    prop_oneof![
        6 => listed,
        3 => retired,
        2 => any::<Index>().prop_map(Call::Queued),
        9 => (any::<Index>(), verdicts, any::<bool>()).prop_map(|(id, said, last)| Call::Settle(id, said, last)),
        2 => (any::<Index>(), select(&[End::Refused, End::Unknown][..])).prop_map(|(id, end)| Call::GiveUp(id, end)),
        1 => subsequence(&SKUS[..], 0..=2).prop_map(|skus| Call::Forget(Some(skus))),
        1 => Just(Call::Forget(None)),
        1 => Just(Call::Reopen),
    ]
}

pub(crate) fn any_sequence_of_calls_does_what_the_model_does(ground: &Ground) {
    let cases = match ground.database() {
        Database::Sqlite => 60,
        Database::Postgres => 20,
    };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let held = TestRunner::new(config).run(&vec(call(), 1..30), |calls| {
        follow(&Ground::new(ground.database()), &calls);
        Ok(())
    });
    if let Err(why) = held {
        panic!("{why}");
    }
}

fn follow(ground: &Ground, calls: &[Call]) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let mut model = Model::default();
    let mut stood = vec![(0, Vec::new())];
    for (now, call) in (0_i64..).zip(calls) {
        let ids: Vec<u64> = model.submissions.keys().copied().collect();
        let pick = |index: &Index| (!ids.is_empty()).then(|| ids[index.index(ids.len())]);
        match call {
            Call::Begin(lane, rows) => {
                let expected = model.begin(*lane, rows);
                let rows = rows.iter().map(|(sku, tells)| row(sku, tells)).collect();
                match ledger.begin(&new(*lane, rows), &lease, at(now)) {
                    Ok(id) => assert_eq!(expected, Some(id.0)),
                    Err(error) => assert_eq!((expected, error.kind), (None, ErrorKind::InFlight)),
                }
            }
            Call::Queued(index) => {
                if let Some(id) = pick(index) {
                    let receipt = format!("feed-{id}");
                    let known = ledger.submission(SubmissionId(id)).unwrap().unwrap().receipt;
                    let queued = ledger.queued(SubmissionId(id), &receipt, at(now), at(now));
                    // With its receipt written down already, saying so again is always fine.
                    assert_eq!(queued.is_ok(), model.queued(id) || known.is_some());
                }
            }
            Call::Settle(index, verdicts, is_last) => {
                if let Some(id) = pick(index) {
                    let expected = model.settle(id, verdicts, *is_last, now);
                    let mut said = settlement(verdicts);
                    said.is_last = *is_last;
                    match ledger.settle(SubmissionId(id), &said, at(now)) {
                        Ok(settled) => assert_eq!(expected, Some(settled.n_new)),
                        Err(error) => assert_eq!((expected, error.kind), (None, ErrorKind::Misuse)),
                    }
                }
            }
            Call::GiveUp(index, end) => {
                if let Some(id) = pick(index) {
                    model.give_up(id, *end, now);
                    ledger.give_up(SubmissionId(id), *end, "why", at(now)).unwrap();
                }
            }
            Call::Forget(None) => {
                model.forget(None);
                ledger.forget(CHANNEL, Which::All, "tester", at(now)).unwrap();
            }
            Call::Forget(Some(skus)) => {
                model.forget(Some(skus));
                let skus: Vec<_> = skus.iter().map(|text| sku(text)).collect();
                ledger.forget(CHANNEL, Which::These(&skus), "tester", at(now)).unwrap();
            }
            Call::Reopen => ledger.reopen().unwrap(),
        }
        compare(&mut ledger, &model);
        stood.push((model.version, everywhere(&mut ledger)));
        hold(&mut ledger, &stood[stood.len() - 2..]);
    }
    hold(&mut ledger, &stood);
}

/// Where all SKUs stand in all lanes, by their keys.
type Stood = Vec<(String, Lane, Standing)>;

fn everywhere(ledger: &mut Ledger) -> Stood {
    let mut all = Vec::new();
    for lane in Lane::ALL {
        all.extend(standings(ledger, CHANNEL, lane).into_iter().map(|standing| (standing.sku.key(), lane, standing)));
    }
    all
}

/// That what is different now from what it was at each version is said to have moved since, unless that cannot be said.
fn hold(ledger: &mut Ledger, stood: &[(u64, Stood)]) {
    let now = everywhere(ledger);
    for (version, then) in stood {
        let Some(moved) = ledger.moved_since(*version, 100).unwrap() else { continue };
        let different =
            then.iter().filter(|one| !now.contains(one)).chain(now.iter().filter(|one| !then.contains(one)));
        for (key, lane, _) in different {
            let sku = (CHANNEL.to_owned(), key.clone());
            assert!(moved.contains(&sku), "{key} moved in {lane:?} since {version}: {moved:?}");
        }
    }
}

fn compare(ledger: &mut Ledger, model: &Model) {
    assert_eq!(ledger.version().unwrap(), model.version);
    assert_eq!(ledger.entries(0, 1_000).unwrap().len() as u64, model.seq);
    for lane in Lane::ALL {
        let found = standings(ledger, CHANNEL, lane);
        let found: Vec<_> = found.iter().map(|standing| (standing.sku.as_str(), short(standing))).collect();
        let expected: Vec<_> =
            SKUS.iter().filter_map(|sku| Some((*sku, comparable(&model.standing(sku, lane)?)))).collect();
        assert_eq!(found, expected, "{lane:?}");
        let mut some = Vec::new();
        ledger.standings_of(CHANNEL, &[lane], &["mug-2", "cup-1"], &mut |_, standing| some.push(standing)).unwrap();
        let mut some: Vec<_> = some.iter().map(|standing| (standing.sku.as_str(), short(standing))).collect();
        some.sort_by_key(|(text, _)| *text);
        assert_eq!(some, expected.iter().filter(|(text, _)| *text != "MUG-1").copied().collect::<Vec<_>>(), "{lane:?}");
        let accepted = expected.iter().filter(|(_, parts)| parts.0.is_some()).count() as u64;
        assert_eq!(ledger.n_listed(CHANNEL, &[lane]).unwrap(), accepted);
        for text in SKUS {
            let record = ledger.accepted_record(CHANNEL, &sku(text), lane).unwrap();
            let accepted = model.standing(text, lane).and_then(|stands| stands.accepted);
            assert_eq!(record, accepted.map(|(digest, _)| tell(lane, digest).record));
        }
    }
    for (id, expected) in &model.submissions {
        let found = ledger.submission(SubmissionId(*id)).unwrap().unwrap();
        assert_eq!((found.state, found.n_rows), (expected.state, expected.rows.len() as u64));
        let count = |outcome| expected.rows.values().filter(|(_, known)| *known == Some(outcome)).count() as u64;
        let counts = found.counts;
        let counted = [counts.accepted, counts.pending, counts.failed, counts.rejected, counts.unknown];
        assert_eq!(counted, Outcome::ALL.map(count));
        for row in ledger.rows(SubmissionId(*id)).unwrap() {
            assert_eq!(row.outcome, expected.rows[row.sku.as_str()].1);
        }
        assert_eq!(ledger.files(SubmissionId(*id)).unwrap().is_empty(), !expected.state.is_open());
    }
}

/// The parts of a standing, with digests and times as the model has them.
type Parts = (Option<(u8, i64)>, Option<(u64, u8)>, Option<(u8, i64, u64)>, u32, Option<i64>, Option<i64>);

fn comparable(stands: &Stands) -> Parts {
    (stands.accepted, stands.in_flight, stands.refused, stands.failures, stands.unknown_since, stands.retired_at)
}

fn short(standing: &Standing) -> Parts {
    let since = |time: jiff::Timestamp| time.as_second() - at(0).as_second();
    (
        standing.accepted.map(|told| (told.digest.0[0], since(told.at))),
        standing.in_flight.map(|flight| (flight.submission.0, flight.digest.0[0])),
        standing.refused.map(|refused| (refused.digest.0[0], since(refused.at), refused.submission.0)),
        standing.failures,
        standing.unknown_since.map(since),
        standing.retired_at.map(since),
    )
}
