//! The split law: no file over a limit, no record lost or doubled, no family in two files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use feedwright_catalog::Currency;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Language;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Limit;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Ref;
use feedwright_marketplace::Sending;
use feedwright_marketplace::Site;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::packing::Group;
use feedwright_marketplace::template::Filled;
use feedwright_runner::publish::FileEntry;
use feedwright_runner::publish::OutDir;
use feedwright_runner::publish::PartWriter;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::sync::Arc;

/// What is kept free for a record's beginning, whatever it is.
const BEGINNING: usize = 64;

static PROFILE: Profile = Profile {
    id: "stall",
    name: "Stall",
    sites: &[Site { id: "stall", country: "US", currency: "USD", languages: &["en-US"] }],
    feeds: &[],
    family: FamilyStyle::ParentRecord,
    options: &[],
    references: &[],
    bulk: None,
    api: None,
};

/// A marketplace that only frames: a file is an array of `{"n": place, "id": …}`.
#[derive(Debug)]
struct Stall {
    channel: Channel,
}

impl Stall {
    fn new() -> Self {
        Self {
            channel: Channel {
                name: Arc::from("stall"),
                site: &PROFILE.sites[0],
                seller: String::new(),
                language: Language::parse("en-US").unwrap(),
                currency: Currency::parse("USD").unwrap(),
            },
        }
    }
}

impl Marketplace for Stall {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, _feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        Err(CategoryError::Broken(id.to_owned()))
    }

    fn map(&self, _: &Feed, _: &Category, _: &Item<'_>, _: &mut Listing, _: &mut Findings) -> Filled {
        Filled::default()
    }

    fn policy(&self, _feed: &Feed, _category: &Category, _record: Ref<'_>, _out: &mut Findings) {}

    fn framing(&self, _feed: &Feed, _part: &Part, _category: Option<&Category>) -> Framing {
        let file = Frame { before: b"[\n".to_vec(), between: b",\n".to_vec(), after: b"\n]\n".to_vec() };
        Framing { file, ..Framing::default() }
    }

    fn begin(&self, _feed: &Feed, _part: &Part, ordinal: u64, out: &mut Vec<u8>) {
        write!(out, "{{\"n\":{ordinal},").unwrap();
    }

    fn encode(&self, _: &Feed, _: &Part, _: &Category, _: &Checked<'_>, _: &mut Vec<u8>) {}

    fn lint(&self, _feed: &Feed, _file: &FeedText<'_>, _out: &mut Findings) -> u64 {
        0
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        Vec::new()
    }
}

fn feed(max_records: u64, max_bytes: u64) -> &'static Feed {
    let limit = |value| Limit { value, source: "this test", checked_on: "2026-11-23" };
    Box::leak(Box::new(Feed {
        id: "crates",
        name: "CRATES",
        lanes: &[],
        tells: &[],
        categories: Categories::Mixed,
        parts: Box::leak(Box::new([Part {
            id: "",
            extension: "json",
            container: Container::Plain,
            max_records: limit(max_records),
            max_bytes: limit(max_bytes),
            max_batch: None,
        }])),
        sending: Sending::ByHand,
        revised_by: None,
    }))
}

/// A record of so many bytes at least, without its beginning.
fn record(id: usize, size: usize) -> Vec<u8> {
    format!("\"id\":{id},\"filling\":\"{}\"}}", "x".repeat(size)).into_bytes()
}

/// Writes families of records of these sizes, but for those that no file takes; gives the manifest's entries and, file by
/// file, the ids in it.
fn write(feed: &'static Feed, families: &[Vec<usize>]) -> (Vec<FileEntry>, Vec<Vec<usize>>) {
    let stall = Stall::new();
    let folder = tempfile::tempdir().unwrap();
    let mut out = OutDir::open(folder.path()).unwrap();
    let mut writer = PartWriter::new(&stall, feed, &feed.parts[0], None);
    let mut id = 0;
    for sizes in families {
        let records: Vec<Vec<u8>> = sizes
            .iter()
            .map(|size| {
                id += 1;
                record(id, *size)
            })
            .collect();
        let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
        let group = Group::Apart(&records);
        if writer.takes(group) {
            writer.write(group, &stall, &mut out).unwrap();
        }
    }
    let entries = writer.finish(&mut out).unwrap();
    out.publish(b"{}").unwrap();
    let files = entries
        .iter()
        .map(|entry| {
            let bytes = fs::read(folder.path().join(&entry.file)).unwrap();
            assert_eq!(bytes.len() as u64, entry.bytes, "{entry:?}");
            let records: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(records.len() as u64, entry.records, "{entry:?}");
            let id = |(at, record): (usize, &Value)| {
                assert_eq!(record["n"], at + 1, "places count from 1 in every file");
                usize::try_from(record["id"].as_u64().unwrap()).unwrap()
            };
            records.iter().enumerate().map(id).collect()
        })
        .collect();
    (entries, files)
}

/// The bytes of a file with nothing but these records, at most.
fn most_bytes(first: usize, sizes: &[usize]) -> usize {
    let records = sizes.iter().enumerate().map(|(at, size)| record(first + at, *size).len() + 2 + BEGINNING);
    2 + records.sum::<usize>() + 3
}

#[test]
fn a_file_holds_exactly_as_many_records_as_it_may() {
    let n_in_files =
        |n: usize| -> Vec<usize> { write(feed(5, 1 << 20), &vec![vec![3]; n]).1.iter().map(Vec::len).collect() };
    assert_eq!(n_in_files(0), Vec::<usize>::new(), "no file without a record");
    assert_eq!(n_in_files(4), [4]);
    assert_eq!(n_in_files(5), [5]);
    assert_eq!(n_in_files(6), [5, 1]);
    assert_eq!(n_in_files(11), [5, 5, 1]);
}

#[test]
fn a_file_holds_as_many_bytes_as_it_may_and_not_one_more() {
    // The first record stands there with its beginning; for the second the longest one is kept free.
    let (first, second) = (record(1, 100).len(), record(2, 100).len());
    let full = (2 + b"{\"n\":1,".len() + first + 2 + BEGINNING + second + 3) as u64;
    assert_eq!(write(feed(99, full), &[vec![100], vec![100]]).1, [vec![1, 2]]);
    assert_eq!(write(feed(99, full - 1), &[vec![100], vec![100]]).1, [vec![1], vec![2]]);
}

#[test]
fn a_family_goes_to_the_next_file_whole_and_nowhere_if_no_file_takes_it() {
    let limits = || feed(4, 1 << 20);
    assert_eq!(write(limits(), &[vec![1; 3], vec![1; 2]]).1, [vec![1, 2, 3], vec![4, 5]]);
    assert_eq!(write(limits(), &[vec![1; 2], vec![1; 2]]).1, [vec![1, 2, 3, 4]]);
    assert_eq!(write(limits(), &[vec![1; 1], vec![1; 4]]).1, [vec![1], vec![2, 3, 4, 5]]);
    assert_eq!(write(limits(), &[vec![1; 1], vec![1; 6], vec![1; 1]]).1, [vec![1, 8]]);
}

proptest! {
    #![proptest_config(Config { cases: 128, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nothing_is_lost_doubled_over_a_limit_or_torn_apart(
        families in prop::collection::vec(prop::collection::vec(0..400_usize, 1..7), 0..30),
        max_records in 1..9_u64,
        room in 0..2_000_usize,
    ) {
        // The largest record fits; that every record does is seen to before it gets here.
        let max_bytes = most_bytes(9_999, &[400]) + room;
        let (entries, files) = write(feed(max_records, max_bytes as u64), &families);
        for entry in &entries {
            prop_assert!(entry.records <= max_records && entry.records > 0, "{:?}", entry);
            prop_assert!(entry.bytes <= max_bytes as u64, "{:?}", entry);
        }
        let mut first = 1;
        let mut expected = Vec::new();
        for sizes in &families {
            let ids = first..first + sizes.len();
            let fits = sizes.len() as u64 <= max_records && most_bytes(first, sizes) <= max_bytes;
            let n_files = files.iter().filter(|file| file.iter().any(|id| ids.contains(id))).count();
            prop_assert_eq!(n_files, usize::from(fits), "a family of {} is torn apart or lost", sizes.len());
            if fits {
                expected.extend(ids);
            }
            first += sizes.len();
        }
        let ids: Vec<usize> = files.iter().flatten().copied().collect();
        prop_assert_eq!(ids, expected);
    }
}
