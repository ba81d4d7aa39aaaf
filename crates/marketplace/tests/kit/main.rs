//! Who tests the tests? A marketplace that does not exist keeps every law of the conformance kit, and each way of breaking
//! one is noticed.

mod api;
mod fake;
mod post;
mod report;
mod sending;
mod store;
mod talk;
mod wrong;

use fake::Fault;
use fake::PROFILE;
use fake::open;
use feedwright_marketplace::conformance;

/// The laws that do not hold, one a line. Samples and templates lie in `kit`, as those of a real one in the repository.
fn broken(open: conformance::Open) -> String {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kit/crates/fake");
    let broken = conformance::broken(&PROFILE, open, None, manifest);
    let first = |why: &str| why.lines().next().unwrap_or_default().to_owned();
    let lines: Vec<String> = broken.iter().map(|(name, why)| format!("{name}: {}", first(why))).collect();
    lines.join("\n")
}

fn notices(open: conformance::Open, expected: &[&str]) {
    let broken = broken(open);
    assert!(!broken.is_empty(), "nothing was noticed");
    for expected in expected {
        assert!(broken.contains(expected), "{expected:?} is not among\n{broken}");
    }
}

#[test]
fn an_adapter_without_faults_keeps_every_law() {
    assert_eq!(broken(|setup| open(setup, Fault::None)), "");
}

#[test]
fn a_lost_field_is_noticed() {
    let expected = ["MUG: nothing is lost: neither written, nor ignored with a reason, nor reported: material"];
    notices(|setup| open(setup, Fault::Forgets), &expected);
}

#[test]
fn a_text_cut_in_silence_is_noticed() {
    let expected = ["one over 30 characters of /name is found once", "survive, or are a finding"];
    notices(|setup| open(setup, Fault::Cuts), &expected);
}

#[test]
fn a_defect_said_twice_is_noticed() {
    let expected = ["leaving out /brand is found once, at its place: 2 findings at /brand, 1 expected"];
    notices(|setup| open(setup, Fault::Repeats), &expected);
}

#[test]
fn a_value_made_up_is_noticed() {
    notices(|setup| open(setup, Fault::Hushes), &["without `brand` nothing is made up: brand"]);
}

#[test]
fn a_value_from_nowhere_is_noticed() {
    notices(|setup| open(setup, Fault::Wavers), &["mapping twice gives the same", "a complete item has no findings"]);
}

#[test]
fn text_written_without_a_serialiser_is_noticed() {
    notices(|setup| open(setup, Fault::Raw), &["quotes survive, or are a finding"]);
}

#[test]
fn a_number_written_otherwise_is_noticed() {
    notices(|setup| open(setup, Fault::Floats), &["numbers stand in the file as they were given"]);
}

#[test]
fn a_record_written_twice_is_noticed() {
    notices(|setup| open(setup, Fault::Doubles), &["the file parses, and passes lint", "no record is lost or doubled"]);
}

#[test]
fn a_finding_in_the_wrong_column_is_noticed() {
    notices(|setup| open(setup, Fault::Misplaces), &["every leaf has a source or is a constant"]);
}
