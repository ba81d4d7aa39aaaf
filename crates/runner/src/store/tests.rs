//! The store gives back what an in-memory sort would, whatever the limit.

use super::*;
use feedwright_catalog::Severity;
use feedwright_catalog::finding::Code;
use feedwright_catalog::rules;
use proptest::prelude::*;
use std::borrow::Cow;

/// Texts that share beginnings, and hold what an encoding could trip over.
fn text() -> BoxedStrategy<String> {
    prop_oneof![
        Just(String::new()),
        Just("a".to_owned()),
        Just("ab".to_owned()),
        Just("a\0".to_owned()),
        Just("a\0b".to_owned()),
        Just("a\u{1}".to_owned()),
        Just("\0".to_owned()),
        Just("é\u{10FFFF}".to_owned()),
        "[ab\0\u{1}\u{FF}\n<é漢]{0,6}",
    ]
    .boxed()
}

fn sku() -> BoxedStrategy<Sku> {
    "[A-C]{1,2}( ?[é漢1])?".prop_map(|text| Sku::parse(&text).unwrap()).boxed()
}

fn place() -> BoxedStrategy<Place> {
    let line = proptest::option::of(prop_oneof![0..300_u64, any::<u64>()]);
    (text(), line, proptest::option::of(text()))
        .prop_map(|(file, line, column)| Place { file: Arc::from(file), line, column: column.map(Arc::from) })
        .boxed()
}

fn code() -> BoxedStrategy<Code> {
    prop_oneof![
        (0..rules::RULES.len()).prop_map(|at| Code::Ours(rules::RULES[at])),
        (text(), text()).prop_map(|(marketplace, code)| Code::Theirs {
            marketplace: Arc::from(marketplace),
            code: Arc::from(code)
        }),
    ]
    .boxed()
}

fn finding() -> BoxedStrategy<Finding> {
    use proptest::option::of;
    let severity = prop_oneof![Just(Severity::Error), Just(Severity::Warning), Just(Severity::Note)];
    (
        (code(), severity, text(), of(text())),
        (of("[ab]{1,2}"), of("[ab]{1,2}"), of(sku()), of(text()), of(text()), of(place())),
    )
        .prop_map(|((code, severity, message, help), (marketplace, channel, sku, pointer, keyword, place))| Finding {
            code,
            severity,
            message,
            help,
            marketplace: marketplace.map(Arc::from),
            channel: channel.map(Arc::from),
            sku,
            pointer,
            keyword: keyword.map(Cow::Owned),
            place,
        })
        .boxed()
}

fn outcome() -> BoxedStrategy<Outcome> {
    let standing = prop_oneof![Just(Standing::Ready), Just(Standing::Blocked), Just(Standing::LeftOut)];
    ("[ab]{1,2}", "[ab]{1,2}", sku(), standing, proptest::option::of(place()))
        .prop_map(|(marketplace, channel, sku, standing, place)| Outcome {
            marketplace: Arc::from(marketplace),
            channel: Arc::from(channel),
            sku,
            standing,
            place,
        })
        .boxed()
}

fn entry() -> BoxedStrategy<Entry> {
    prop_oneof![3 => finding().prop_map(Entry::Finding), 1 => outcome().prop_map(Entry::Outcome)].boxed()
}

/// The order, said a second time without bytes.
fn order(a: &Entry, b: &Entry) -> std::cmp::Ordering {
    let place_of = |entry: &Entry| match entry {
        Entry::Finding(finding) => finding.place.clone(),
        Entry::Outcome(outcome) => outcome.place.clone(),
    };
    let subject = |entry: &Entry| match entry {
        Entry::Finding(finding) => (finding.marketplace.clone(), finding.channel.clone(), finding.sku.clone()),
        Entry::Outcome(outcome) => {
            (Some(outcome.marketplace.clone()), Some(outcome.channel.clone()), Some(outcome.sku.clone()))
        }
    };
    let early = |entry: &Entry| if subject(entry).2.is_none() { place_of(entry) } else { None };
    let late = |entry: &Entry| if subject(entry).2.is_some() { place_of(entry) } else { None };
    subject(a).cmp(&subject(b)).then_with(|| early(a).cmp(&early(b))).then_with(|| match (a, b) {
        (Entry::Outcome(_), Entry::Finding(_)) => std::cmp::Ordering::Less,
        (Entry::Finding(_), Entry::Outcome(_)) => std::cmp::Ordering::Greater,
        (Entry::Outcome(a_outcome), Entry::Outcome(b_outcome)) => {
            (a_outcome.standing, late(a)).cmp(&(b_outcome.standing, late(b)))
        }
        (Entry::Finding(a_finding), Entry::Finding(b_finding)) => {
            let key = |finding: &Finding, entry: &Entry| {
                let theirs = match &finding.code {
                    Code::Ours(_) => None,
                    Code::Theirs { marketplace, code } => Some((marketplace.clone(), code.clone())),
                };
                let code = (finding.code.to_string(), theirs);
                let tail = (finding.message.clone(), finding.severity, finding.help.clone());
                (finding.pointer.clone(), code, finding.keyword.clone(), late(entry), tail)
            };
            key(a_finding, a).cmp(&key(b_finding, b))
        }
    })
}

fn read(sorted: &Sorted) -> Vec<Entry> {
    sorted.entries().unwrap().map(Result::unwrap).collect()
}

proptest! {
    #[test]
    fn an_entry_survives_and_its_bytes_compare_as_it_does(a in entry(), b in entry()) {
        let (mut a_bytes, mut b_bytes) = (Vec::new(), Vec::new());
        record::encode(&a, &mut a_bytes);
        record::encode(&b, &mut b_bytes);
        prop_assert_eq!(&record::decode(&a_bytes).unwrap(), &a);
        prop_assert_eq!(a_bytes.cmp(&b_bytes), order(&a, &b));
    }

    #[test]
    fn what_is_counted_is_what_the_entry_says(entry in entry()) {
        let mut bytes = Vec::new();
        record::encode(&entry, &mut bytes);
        match (record::counted(&bytes).unwrap(), entry) {
            (Counted::Finding { severity, channel, name, code }, Entry::Finding(finding)) => {
                prop_assert_eq!((severity, channel.as_deref()), (finding.severity, finding.channel.as_deref()));
                prop_assert_eq!((name.into_owned(), code), (finding.code.to_string(), finding.code));
            }
            (Counted::Outcome { marketplace, channel, standing }, Entry::Outcome(outcome)) => {
                prop_assert_eq!((&*marketplace, &*channel), (&*outcome.marketplace, &*outcome.channel));
                prop_assert_eq!(standing, outcome.standing);
            }
            _ => prop_assert!(false, "another kind of entry"),
        }
    }

    #[test]
    fn any_limit_gives_what_a_sort_in_memory_gives(
        mut entries in proptest::collection::vec(entry(), 0..60),
        repeated in proptest::collection::vec(any::<prop::sample::Index>(), 0..10),
        limit in prop_oneof![Just(0_usize), 1..4000_usize, Just(DEFAULT_MEMORY_LIMIT)],
    ) {
        if !entries.is_empty() {
            let again: Vec<Entry> = repeated.iter().map(|index| index.get(&entries).clone()).collect();
            entries.extend(again);
        }
        let mut store = Store::new(limit);
        for entry in &entries {
            store.add(entry).unwrap();
        }
        let sorted = store.finish().unwrap();
        entries.sort_by(order);
        entries.dedup();
        prop_assert_eq!(&read(&sorted), &entries);
        // A second reading begins at the beginning, also beside one that is under way.
        let mut half_way = sorted.entries().unwrap();
        for entry in entries.iter().take(entries.len() / 2) {
            prop_assert_eq!(&half_way.next().unwrap().unwrap(), entry);
        }
        prop_assert_eq!(&read(&sorted), &entries);
        prop_assert!(half_way.map(Result::unwrap).eq(entries.iter().skip(entries.len() / 2).cloned()));
    }

    #[test]
    fn damaged_bytes_are_an_error_and_no_panic(entry in entry(), cut in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut bytes = Vec::new();
        record::encode(&entry, &mut bytes);
        let at = cut.index(bytes.len());
        prop_assert!(record::decode(&bytes[..at]).is_err());
        bytes[at] = with;
        drop(record::decode(&bytes));
        drop(record::counted(&bytes));
        drop(record::counted(&bytes[..at]));
    }
}

#[test]
fn findings_keep_the_order_the_catalog_promises() {
    let place = |line| Place { file: Arc::from("mugs.csv"), line: Some(line), column: None };
    let findings = [
        Finding::new(&rules::MISSING_SKU, "b").at(place(2)),
        Finding::new(&rules::MISSING_SKU, "a").at(place(10)),
        Finding::new(&rules::MISSING_PRICE, "c").sku(&Sku::parse("MUG-1").unwrap()).pointer("/a"),
        Finding::new(&rules::BAD_SKU, "d").sku(&Sku::parse("MUG-1").unwrap()).pointer("/b"),
    ];
    assert!(findings.is_sorted_by_key(Finding::order));
    let mut store = Store::new(0);
    for finding in findings.iter().rev() {
        store.add(&Entry::Finding(finding.clone())).unwrap();
    }
    let sorted = store.finish().unwrap();
    assert!(sorted.findings().unwrap().map(Result::unwrap).eq(findings));
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::new_in(&directory.path().join("absent"), 0);
    assert!(store.add(&Entry::Finding(Finding::new(&rules::MISSING_SKU, "a"))).is_err());
}
