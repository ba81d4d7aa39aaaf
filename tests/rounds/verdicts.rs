//! The SKUs that every marketplace finds fault with are those that are told to be rejected, each by the marketplace's own
//! code: in `status`, in `why` and in the ledger.

use crate::seller::Shop;
use crate::seller::product;
use crate::seller::submissions;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;
use feedwright_sandbox::Defects;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What becomes of a SKU with a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// It is refused, and would be again.
    Rejected,
    /// It could not be taken, this time.
    Failed,
    /// It is taken, with a remark.
    Remarked,
    /// It is taken, later than others.
    Delayed,
}

use Fate::Delayed;
use Fate::Failed;
use Fate::Rejected;
use Fate::Remarked;

/// The defects of the sandbox's marketplaces in their order: what of a seed a SKU gets hangs on that.
const AMAZON: &[(&str, Fate)] = &[
    ("8541", Rejected),
    ("5665", Rejected),
    ("8572", Rejected),
    ("20017", Rejected),
    ("18027", Remarked),
    ("18448", Remarked),
];
const EBAY: &[(&str, Fate)] = &[
    ("25002", Rejected),
    ("25015", Rejected),
    // Asked once more at once.
    ("25025", Delayed),
    ("25021", Rejected),
    ("25401", Remarked),
    ("25019", Rejected),
];
const EBAY_BY_FILE: &[(&str, Fate)] = &[
    ("21919303", Rejected),
    ("21919137", Rejected),
    ("10007", Failed),
    ("21916884", Rejected),
    ("21917236", Remarked),
    ("240", Rejected),
];
const WALMART: &[(&str, Fate)] = &[
    ("ERR_EXT_DATA_0101119", Rejected),
    ("ERR_PDI_0005", Failed),
    ("EXT_DATA_ERROR_07705958490105", Rejected),
    ("", Delayed),
    ("ERR_EXT_DATA_0101149", Rejected),
    ("ERR_INT_SYS_01010010", Failed),
    ("ERR_EXT_DATA_0101171", Remarked),
    ("EXT_DATA_ERROR_71666506605865", Rejected),
];

const SEED: u64 = 11;
const N_SKUS: u64 = 24;

fn skus() -> impl Iterator<Item = String> {
    (1..=N_SKUS).map(|number| format!("HEAD-{number:02}"))
}

/// Two dozen products of one variant each, of which about half have a defect.
fn shop() -> (Shop, Defects) {
    let defects = Defects::new(500, SEED);
    let mut shop = Shop::with(Settings { defects: defects.clone(), ..Settings::default() }, "partial");
    let single = |(sku, number): (String, u64)| {
        let mut product = product(&sku.to_lowercase(), &[&sku], 100 + number);
        product["axes"] = json!([]);
        product
    };
    shop.products = skus().zip(1..).map(single).collect();
    shop.write();
    (shop, defects)
}

/// By SKU: the code, of those whose fate is this.
fn expected(defects: &Defects, kinds: &'static [(&str, Fate)], fate: Fate) -> BTreeMap<String, String> {
    let with_defect = skus().filter_map(|sku| {
        let (code, own) = defects.of(&sku, kinds)?;
        (*own == fate).then(|| (sku, (*code).to_owned()))
    });
    with_defect.collect()
}

fn holds(channel: &str, kinds: &'static [(&str, Fate)], shop: &Shop, defects: &Defects) {
    let rejected = expected(defects, kinds, Rejected);
    let failed = expected(defects, kinds, Failed);
    let remarked = expected(defects, kinds, Remarked);
    // A seed that has nothing of one of them proves nothing about it.
    assert!(rejected.len() > 2 && failed.len() + remarked.len() > 0, "{rejected:?} {failed:?} {remarked:?}");
    let run = shop.apply(&["--channel", channel]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);

    // What `status` says: numbers, and findings with the marketplace's code.
    let sent = submissions(shop);
    let sum = |name: &str| sent.iter().map(|sent| sent[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum("rejected"), rejected.len() as u64, "{sent:?}");
    assert_eq!(sum("failed"), failed.len() as u64, "{sent:?}");
    assert_eq!(sum("accepted"), N_SKUS - (rejected.len() + failed.len()) as u64);
    assert_eq!(sum("pending") + sum("unknown"), 0);
    let marketplace = channel;
    let code = |code: &str| format!("{marketplace}({code})");
    let with_codes = |of: &BTreeMap<String, String>| -> BTreeSet<(String, String)> {
        of.iter().map(|(sku, own)| (sku.clone(), code(own))).collect()
    };
    let findings = sent.iter().flat_map(|sent| sent["findings"].as_array().unwrap());
    let told = |severities: &[&str]| -> BTreeSet<(String, String)> {
        let own = findings.clone().filter(|finding| severities.contains(&finding["severity"].as_str().unwrap()));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        // Walmart has codes that end in a tab, and they are kept as they came.
        let code = |value: &Value| text(value).replace("\t)", ")");
        own.map(|finding| (text(&finding["sku"]), code(&finding["code"]))).collect()
    };
    let with_errors: BTreeMap<_, _> = rejected.clone().into_iter().chain(failed.clone()).collect();
    assert_eq!(told(&["error"]), with_codes(&with_errors));
    assert_eq!(told(&["warning", "note"]), with_codes(&remarked));

    // What the ledger knows, and what `why` tells.
    let location = Location::File(shop.path("feedwright.ledger"));
    let mut ledger = Ledger::open(&location).unwrap();
    for sku in skus() {
        let own = Sku::parse(&sku).unwrap();
        let standing = ledger.standing(channel, &own, Lane::Content).unwrap().unwrap();
        assert_eq!(standing.refused.is_some(), rejected.contains_key(&sku), "{sku}: {standing:?}");
        assert_eq!(standing.failures > 0, failed.contains_key(&sku), "{sku}: {standing:?}");
        assert_eq!(standing.accepted.is_none(), with_errors.contains_key(&sku), "{sku}: {standing:?}");
        let why = shop.run(&["why", &sku, "--channel", channel]);
        assert_eq!(why.code, i32::from(rejected.contains_key(&sku)), "{sku}: {}{}", why.stdout, why.stderr);
        let says = |text: &str| assert!(why.stdout.contains(text), "{text} is not in {}", why.stdout);
        if let Some(own) = rejected.get(&sku) {
            says(&format!("{channel}, content: ready; rejected "));
            assert_eq!(why.stdout.matches("the marketplace found:").count(), 1, "{}", why.stdout);
            says(&format!("error[{marketplace}({own}"));
        }
        if let Some(own) = failed.get(&sku) {
            says(&format!("error[{marketplace}({own}"));
        }
    }

    // Only they are in the next plan, with the reason.
    let rows = shop.planned_of(channel);
    let again = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<BTreeSet<String>>();
    let of = |reason: &str| -> BTreeSet<String> {
        rows.iter().filter(|(_, again)| again == reason).map(|(sku, _)| sku.clone()).collect()
    };
    assert_eq!(of("rejected"), again(&rejected));
    assert_eq!(of("failed"), again(&failed));
    assert_eq!(rows.len(), with_errors.len());
}

impl Shop {
    /// The content that the next plan holds for a channel: the SKU, and why it is said again.
    fn planned_of(&self, channel: &str) -> Vec<(String, String)> {
        let plan = self.plan();
        let lanes = plan["lanes"].as_array().unwrap().iter();
        let own = lanes.filter(|lane| lane["channel"] == channel && lane["lane"] == "content");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        own.flat_map(|lane| lane["rows"].as_array().unwrap())
            .map(|row| (text(&row["sku"]), text(&row["again"])))
            .collect()
    }
}

#[test]
fn amazon_rejects_whom_its_defects_name() {
    let (shop, defects) = shop();
    holds("amazon", AMAZON, &shop, &defects);
}

#[test]
fn ebay_rejects_whom_its_defects_name() {
    let (shop, defects) = shop();
    holds("ebay", EBAY, &shop, &defects);
}

#[test]
fn ebay_rejects_whom_its_defects_name_in_a_file() {
    let (shop, defects) = shop();
    shop.sell_on_ebay_by_file();
    holds("ebay", EBAY_BY_FILE, &shop, &defects);
}

#[test]
fn walmart_rejects_whom_its_defects_name() {
    let (shop, defects) = shop();
    holds("walmart", WALMART, &shop, &defects);
}
