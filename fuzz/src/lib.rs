//! What several targets share: a source read to its end in two ways, and an adapter opened once.

use feedwright_amazon::PROFILE;
use feedwright_catalog::Currency;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Language;
use feedwright_catalog::Product;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Setup;
use feedwright_marketplace::contract::NoDocuments;
use feedwright_sources::MissingSku;
use feedwright_sources::ProfileChoice;
use feedwright_sources::SourceOptions;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read;
use std::sync::Arc;

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
        Ok(source) => source,
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

/// The adapter with nothing but what is built in.
///
/// # Panics
/// When its own data is no good.
pub fn amazon() -> Box<dyn Marketplace> {
    feedwright_amazon::open(Setup {
        channel: Channel {
            name: Arc::from("fuzz"),
            site: PROFILE.site("US").expect("it sells in the US"),
            seller: "A1FUZZ".to_owned(),
            language: Language::parse("en-US").expect("a language"),
            currency: usd(),
        },
        options: BTreeMap::new(),
        templates: Vec::new(),
        tables: Vec::new(),
        documents: Arc::new(NoDocuments),
        categories: Vec::new(),
    })
    .expect("the built-in data is good")
}

/// US dollars.
///
/// # Panics
/// Never: there is such a currency.
pub fn usd() -> Currency {
    Currency::parse("USD").expect("a currency")
}
