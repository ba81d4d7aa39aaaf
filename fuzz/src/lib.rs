//! What several targets share: a source read to its end in two ways, and adapters opened once.

use feedwright_catalog::Currency;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Product;
use feedwright_marketplace::Marketplace;
use feedwright_runner::documents::Files;
use feedwright_runner::lint::open_site;
use feedwright_runner::marketplaces::Adapter;
use feedwright_runner::marketplaces::MARKETPLACES;
use feedwright_sources::MissingSku;
use feedwright_sources::ProfileChoice;
use feedwright_sources::SourceOptions;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read;

/// Everything a source said: its products, its findings, and the error that ended it.
#[derive(Debug, PartialEq)]
pub struct Said {
    /// The products, in order.
    pub products: Vec<Product>,
    /// What was wrong.
    pub findings: Vec<Finding>,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// Reads a source to its end twice, at once and in small pieces: what it says must not depend on how bytes arrive.
///
/// # Panics
/// When the two differ, or when a source goes on after its end.
pub fn read_source(bytes: &[u8], choice: &ProfileChoice) -> Said {
    let whole = drain(Box::new(Cursor::new(bytes.to_vec())), choice);
    let pieces = drain(Box::new(Pieces { bytes: bytes.to_vec(), at: 0 }), choice);
    assert_eq!(whole, pieces, "what a source says depends on how its bytes arrive");
    for product in &whole.products {
        assert!(!product.variants.is_empty(), "a product without variants was delivered");
    }
    whole
}

fn drain(reader: Box<dyn Read + Send>, choice: &ProfileChoice) -> Said {
    let mut findings = Findings::default();
    let mut products = Vec::new();
    let options = SourceOptions { missing_sku: MissingSku::Derive, ..SourceOptions::default() };
    let mut source = match feedwright_sources::open("fuzz.csv", reader, choice, &options, &mut findings) {
        Ok(source) => source.products(),
        Err(why) => return Said { products, findings: findings.take(), error: Some(why.to_string()) },
    };
    loop {
        match source.next(&mut findings) {
            Ok(Some(product)) => products.push(product),
            Ok(None) => {
                let n_findings = findings.len();
                assert!(matches!(source.next(&mut findings), Ok(None)), "a source goes on after its end");
                assert_eq!(findings.len(), n_findings, "a source ends twice");
                return Said { products, findings: findings.take(), error: None };
            }
            Err(why) => return Said { products, findings: findings.take(), error: Some(why.to_string()) },
        }
    }
}

/// A reader that gives a few bytes at a time, never the same number twice in a row.
struct Pieces {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let n = (1 + self.at % 7).min(rest.len()).min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.at += n;
        Ok(n)
    }
}

/// Every adapter for every site, with nothing but what is built in.
///
/// # Panics
/// When an adapter's own data is no good.
pub fn markets() -> Vec<Market> {
    let sites = MARKETPLACES.iter().flat_map(|adapter| adapter.profile.sites.iter().map(move |site| (adapter, site)));
    sites
        .map(|(adapter, site)| {
            let options = BTreeMap::new();
            let opened = open_site(adapter, site, Files::default(), options).expect("the built-in data is good");
            Market { adapter, opened }
        })
        .collect()
}

/// An adapter, opened for one site.
#[derive(Debug)]
pub struct Market {
    /// The adapter.
    pub adapter: &'static Adapter,
    /// What it opened.
    pub opened: Box<dyn Marketplace>,
}

/// The first line of some bytes, and the rest: a target that does several things takes the first line as which.
pub fn first_line(bytes: &[u8]) -> (&str, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    (std::str::from_utf8(line).unwrap_or_default(), rest.get(1..).unwrap_or_default())
}

/// US dollars.
///
/// # Panics
/// Never: there is such a currency.
pub fn usd() -> Currency {
    Currency::parse("USD").expect("a currency")
}
