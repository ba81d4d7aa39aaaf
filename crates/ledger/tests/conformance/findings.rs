//! What the marketplace found, and what it calls things.

use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::lease;
use crate::samples::new;
use crate::samples::row;
use crate::samples::settlement;
use crate::samples::sku;
use crate::samples::verdict;
use feedwright_catalog::Finding;
use feedwright_catalog::Place;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Code;
use feedwright_catalog::rules;
use feedwright_ledger::Ids;
use feedwright_ledger::Ledger;
use feedwright_ledger::NewSubmission;
use feedwright_ledger::Outcome;
use feedwright_ledger::RowVerdict;
use feedwright_ledger::Settlement;
use feedwright_ledger::SubmissionId;
use std::sync::Arc;

fn theirs(text: &str, code: &str) -> Finding {
    Finding {
        code: Code::Theirs { marketplace: Arc::from("amazon"), code: Arc::from(code) },
        marketplace: Some(Arc::from("amazon")),
        place: Some(Place { file: Arc::from("mugs.csv"), line: Some(2), column: Some(Arc::from("Title")) }),
        ..Finding::new(&rules::MISSING_SKU, "The value 'é \u{0}' is not allowed.")
    }
    .help("ask them")
    .pointer("/attributes/title")
    .sku(&sku(text))
}

fn settle(ledger: &mut Ledger, id: SubmissionId, outcome: Outcome, findings: Vec<Finding>, now: i64) {
    let settlement = Settlement { findings, ..settlement(&[("MUG-1", outcome)]) };
    ledger.settle(id, &settlement, at(now)).unwrap();
}

pub(crate) fn findings_are_those_of_the_latest_verdict_of_each_lane(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let about_all = Finding { sku: None, ..theirs("MUG-1", "8572") };
    let content = begin(&mut ledger, &lease, Lane::Content, &[("MUG-1", 1)], 0);
    let found = vec![theirs("MUG-1", "90220"), about_all.clone(), theirs("mug-1", "18027\t")];
    settle(&mut ledger, content, Outcome::Rejected, found.clone(), 1);
    let price = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 2);
    settle(&mut ledger, price, Outcome::Rejected, vec![theirs("MUG-1", "99")], 3);
    let newer = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 2)], 4);
    // Without a verdict yet the newer one says nothing.
    assert_eq!(
        ledger.findings(CHANNEL, &sku("Mug-1")).unwrap(),
        [
            (Lane::Content, content, found[0].clone()),
            (Lane::Content, content, found[2].clone()),
            (Lane::Price, price, theirs("MUG-1", "99")),
        ]
    );
    settle(&mut ledger, newer, Outcome::Accepted, Vec::new(), 5);
    assert_eq!(ledger.findings(CHANNEL, &sku("MUG-1")).unwrap().len(), 2);
    assert_eq!(ledger.findings_of(content).unwrap(), [about_all, found[0].clone(), found[2].clone()]);
    assert_eq!(ledger.findings("other", &sku("MUG-1")).unwrap(), []);
}

pub(crate) fn ids_are_put_together_from_all_verdicts(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let named = |ids: &[(&'static str, &str)]| -> Ids {
        ids.iter().map(|(name, value)| ((*name).into(), (*value).to_owned())).collect()
    };
    let tell = |ledger: &mut Ledger, lane: Lane, number: u8, ids: &[(&'static str, &str)]| {
        let id = begin(ledger, &lease, lane, &[("MUG-1", number), ("MUG-2", number)], 0);
        let one = RowVerdict { ids: named(ids), ..verdict("MUG-1", Outcome::Accepted) };
        let verdicts = vec![one, verdict("MUG-2", Outcome::Accepted)];
        ledger.settle(id, &Settlement { verdicts, ..settlement(&[]) }, at(1)).unwrap();
        id
    };
    tell(&mut ledger, Lane::Content, 1, &[("asin", "B0001"), ("offer", "17")]);
    let id = tell(&mut ledger, Lane::Price, 1, &[("offer", "18"), ("listing", "é")]);
    let expected = named(&[("asin", "B0001"), ("listing", "é"), ("offer", "18")]);
    assert_eq!(ledger.ids(CHANNEL, &sku("mug-1")).unwrap(), expected);
    assert_eq!(ledger.ids(CHANNEL, &sku("MUG-2")).unwrap(), Ids::new());
    assert_eq!(ledger.rows(id).unwrap()[0].ids, expected);
    let mut all = Vec::new();
    ledger.all_ids(CHANNEL, &mut |sku, ids| all.push((sku, ids))).unwrap();
    assert_eq!(all, [(sku("MUG-1"), expected)]);
}

pub(crate) fn the_history_of_a_sku_goes_over_channels_and_lanes(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let first = begin(&mut ledger, &lease, Lane::Content, &[("CUP-1", 1), ("MUG-1", 1)], 0);
    settle(&mut ledger, first, Outcome::Rejected, Vec::new(), 1);
    let told =
        NewSubmission { channel: "other".to_owned(), ..new(Lane::Price, vec![row("mug-1", &[(Lane::Price, 3)])]) };
    let second = ledger.begin(&told, &lease, at(2)).unwrap();
    let history = ledger.history(&sku("MUG-1")).unwrap();
    let short: Vec<_> = history
        .iter()
        .map(|passage| {
            (passage.submission.id, passage.row.sku.as_str(), passage.row.outcome, passage.row.tells.clone())
        })
        .collect();
    assert_eq!(
        short,
        [
            (first, "MUG-1", Some(Outcome::Rejected), vec![(Lane::Content, crate::samples::digest(1))]),
            (second, "mug-1", None, vec![(Lane::Price, crate::samples::digest(3))]),
        ]
    );
    assert_eq!(history[1].submission.channel, "other");
    assert_eq!(ledger.history(&sku("PLATE-1")).unwrap(), []);
}
