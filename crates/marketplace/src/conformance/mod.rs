//! The conformance kit: the laws every adapter keeps, as tests made from the adapter's own profile, documents,
//! templates and samples. An adapter's whole test is one line:
//!
//! ```ignore
//! fn main() { feedwright_marketplace::conformance::main(&PROFILE, open, env!("CARGO_MANIFEST_DIR")) }
//! ```
//!
//! The names of trials are sentences, and their kind is the group of laws. What does not apply is listed as ignored with
//! its reason. What is known to fail stands in `samples/<id>/expected-failures.toml` with its reason, and must fail.
//!
//! | group | law |
//! | --- | --- |
//! | profile | ids are lower-case words and unique; limits are above zero, with source and day; every lane is carried, or it is said that none does |
//! | schemas | every category opens for every site; what it requires exists in it; nothing in it is unknown to us |
//! | templates | every target stands in some document; every field, table and page exists; no table has a key twice |
//! | map | it never fails and always gives the same; nothing is lost; every leaf has a source or is a constant |
//! | check | a complete item has no findings; each required attribute that is left out is found once, at its line and column; one over each limit is found once, and the limit itself is not; order and threads change nothing |
//! | encode | equal input, equal bytes; files are as they were (`samples/<id>/golden`), parse, and pass `lint`; awkward text survives or is a finding; numbers are written as they were given |
//! | split | files are within limits, and no record is lost or doubled |
//! | api | every operation has a host, a token and a limit with its source; feeds are sent by API if there is one |
//! | submit, poll, pull | any script of answers ends; only operations of the API are asked, of its hosts or of URLs that an answer gave; whatever happens to a request, what was sent is there once, and every row comes to its verdict |
//! | report | what says nothing of a row accepts nothing; what is cut off says less; there is a verdict for each row, in their order; codes stay as they came |
//!
//! Sending is tried on another side, which the adapter's tests give to [`main_with`]: see [`OtherSide`]. What the reports
//! in `samples/<id>/reports` are about stands in `samples/<id>/reports.toml`:
//!
//! ```toml
//! codes = ["code"]            # the members, or elements, that hold the marketplace's codes
//! [[report]]
//! file = "one-refused.json"
//! feed = "listings"
//! skus = ["MUG-1", "MUG-2"]   # what was sent, in order
//! ```
//!
//! Rounds and crashes are tried with all adapters at once, by `cargo xtask crash` and `soak`.
//!
//! Complete items are catalog lines of our own format in `samples/<id>/catalog/<category>.json` (a name may go on after
//! another dot). They are read as if they stood in a table: a column for every field, named after it; the product on one
//! line and its variants on the following. So each finding has to name a line and a column.

mod altered;
mod api;
mod case;
mod codes;
mod edit;
mod encoding;
mod generated;
mod limits;
mod mapping;
mod once;
mod other_side;
mod output;
mod parcel;
mod profile;
mod reports;
mod required;
mod sample;
mod schemas;
mod script;
mod sending;
mod split;
mod stand;
mod subject;
mod talk;
mod templates;
mod torture;

use crate::contract::Marketplace;
use crate::contract::OpenError;
use crate::contract::Profile;
use crate::contract::Setup;
use case::Case;
use libtest_mimic::Arguments;
use stand::Stand;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

pub use other_side::BEGIN;
pub use other_side::CLAIMED;
pub use other_side::Made;
pub use other_side::Meet;
pub use other_side::OtherSide;

/// How an adapter is opened.
pub type Open = fn(Setup) -> Result<Box<dyn Marketplace>, OpenError>;

/// Runs the laws for an adapter of which nothing is sent by API, as the command line says, and ends the process.
/// `manifest` is the folder of the adapter's crate.
pub fn main(profile: &'static Profile, open: Open, manifest: &str) {
    run(profile, open, None, manifest);
}

/// Runs the laws for an adapter that sends, with the other side of its conversations.
pub fn main_with(profile: &'static Profile, open: Open, meet: Meet, manifest: &str) {
    run(profile, open, Some(meet), manifest);
}

fn run(profile: &'static Profile, open: Open, meet: Option<Meet>, manifest: &str) {
    let arguments = Arguments::from_args();
    let home = Home::of(manifest, profile.id);
    let cases = all(profile, open, meet, &home);
    let trials = case::trials(cases, &home.samples.join("expected-failures.toml"), profile.id);
    libtest_mimic::run(&arguments, trials).exit();
}

/// The laws that do not hold, with why: for those who test the kit itself. Golden files are left alone.
pub fn broken(profile: &'static Profile, open: Open, meet: Option<Meet>, manifest: &str) -> Vec<(String, String)> {
    let cases = all(profile, open, meet, &Home::of(manifest, profile.id)).into_iter();
    cases.filter(|case| !case.is_about(encoding::GOLDEN)).filter_map(Case::why_not).collect()
}

fn all(profile: &'static Profile, open: Open, meet: Option<Meet>, home: &Home) -> Vec<Case> {
    let mut cases = Vec::new();
    profile::cases(profile, &mut cases);
    match stand::all(profile, open, meet, home) {
        Ok(stands) => of_stands(profile, home, &stands, &mut cases),
        Err(why) => cases.push(Case::broken("profile", format!("{}: it opens", profile.id), why)),
    }
    api::cases(profile, &mut cases);
    cases
}

/// Where the data of an adapter lies.
#[derive(Debug)]
struct Home {
    /// `samples/<id>`.
    samples: PathBuf,
    /// `templates/<id>`.
    templates: PathBuf,
}

impl Home {
    fn of(manifest: &str, id: &str) -> Self {
        // The repository holds `crates`, and that the adapter's folder.
        let root = Path::new(manifest).ancestors().nth(2).unwrap_or(Path::new("."));
        Self { samples: root.join("samples").join(id), templates: root.join("templates").join(id) }
    }
}

fn of_stands(profile: &'static Profile, home: &Home, stands: &[Arc<Stand>], out: &mut Vec<Case>) {
    templates::cases(home, stands, out);
    sending::of_profile(profile, stands, out);
    reports::of_samples(profile, home, stands, out);
    for stand in stands {
        schemas::cases(stand, out);
        sending::of_stand(stand, out);
        for feed in profile.feeds {
            for subject in subject::all(stand, feed, out) {
                mapping::cases(&subject, out);
                match subject.same_as() {
                    Some(other) => {
                        let name = format!("{}: what is required and limited is found", subject.about());
                        out.push(Case::skipped("check", name, format!("it is the same record as for {other}")));
                    }
                    None => {
                        required::cases(&subject, out);
                        limits::cases(&subject, out);
                    }
                }
            }
            generated::cases(stand, feed, out);
            encoding::cases(stand, feed, home, out);
            torture::cases(stand, feed, out);
            split::cases(stand, feed, out);
            sending::of_feed(stand, feed, out);
            reports::of_feed(stand, feed, out);
        }
    }
}
