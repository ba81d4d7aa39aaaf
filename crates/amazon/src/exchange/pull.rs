//! The schemas of product types are fetched: the definition, and the document it links to.

use super::question::Heard;
use super::question::MOST_TRIES;
use super::question::Question;
use super::question::answer;
use super::question::over;
use super::question::refused_by_store;
use super::with_query;
use crate::api;
use crate::schema;
use crate::schema::Set;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::gunzip;
use feedwright_marketplace::exchange::percent_encode;
use md5::Digest as _;
use md5::Md5;
use serde::Deserialize;
use std::collections::VecDeque;

/// Most bytes of a schema, unpacked.
const LONGEST: u64 = 64 << 20;

/// Locales that definitions come in (definitionsProductTypes_2020-09-01.json, read 2026-11-26).
const LOCALES: &[&str] = &[
    "ar", "ar_AE", "de", "de_DE", "en", "en_AE", "en_AU", "en_CA", "en_GB", "en_IN", "en_SG", "en_US", "es", "es_ES",
    "es_MX", "es_US", "fr", "fr_CA", "fr_FR", "it", "it_IT", "ja", "ja_JP", "nl", "nl_NL", "pl", "pl_PL", "pt",
    "pt_BR", "pt_PT", "sv", "sv_SE", "tr", "tr_TR", "zh", "zh_CN", "zh_TW",
];
/// The marketplace's own.
const DEFAULT_LOCALE: &str = "DEFAULT";

/// Fetches schemas, one product type after the other.
#[derive(Debug)]
pub(crate) struct Pull {
    from: From,
    left: VecDeque<Wanted>,
    stage: Stage,
    pulled: Vec<Pulled>,
}

/// Whose schemas: a seller's own are narrower than those of everybody.
#[derive(Debug)]
struct From {
    host: &'static str,
    marketplace_id: &'static str,
    seller: String,
    locale: String,
}

/// A schema that is wanted.
#[derive(Clone, Debug)]
struct Wanted {
    product_type: String,
    set: Set,
    n_downloads: u32,
}

#[derive(Debug)]
enum Stage {
    Begin,
    Definition { question: Question, wanted: Wanted },
    Schema { wanted: Wanted, checksum: String, version: String },
    Over,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    schema: SchemaLink,
    product_type: String,
    requirements: String,
    product_type_version: Version,
}

#[derive(Debug, Deserialize)]
struct SchemaLink {
    link: Link,
    checksum: String,
}

#[derive(Debug, Deserialize)]
struct Link {
    resource: String,
    verb: String,
}

#[derive(Debug, Deserialize)]
struct Version {
    version: String,
}

impl Pull {
    /// Fetches these categories; one that does not name a set of requirements, as `HOME.LISTING_OFFER_ONLY` does, is
    /// wanted in this one.
    pub(crate) fn new(
        host: &'static str,
        marketplace_id: &'static str,
        seller: &str,
        locale: &str,
        set: Set,
        categories: &[String],
    ) -> Self {
        let wanted = |category: &String| {
            let named = category.rsplit_once('.').and_then(|(kind, name)| Some((kind, Set::parse(name)?)));
            let (product_type, set) = named.unwrap_or((category, set));
            Wanted { product_type: product_type.to_owned(), set, n_downloads: 0 }
        };
        let locale = LOCALES.iter().find(|own| **own == locale).map_or(DEFAULT_LOCALE, |own| own);
        Self {
            from: From { host, marketplace_id, seller: seller.to_owned(), locale: locale.to_owned() },
            left: categories.iter().map(wanted).collect(),
            stage: Stage::Begin,
            pulled: Vec::new(),
        }
    }

    fn ask_for_next(&mut self) -> Step<Vec<Pulled>> {
        match self.left.pop_front() {
            None => Step::Done(std::mem::take(&mut self.pulled)),
            Some(wanted) => self.ask_for(wanted),
        }
    }

    fn ask_for(&mut self, wanted: Wanted) -> Step<Vec<Pulled>> {
        let path = format!("{}/{}", api::DEFINITIONS, percent_encode(&wanted.product_type));
        let pairs = [
            ("marketplaceIds", self.from.marketplace_id),
            ("sellerId", &self.from.seller),
            ("requirements", wanted.set.name()),
            ("locale", &self.from.locale),
        ];
        let request = Request::new(&api::GET_DEFINITION, self.from.host, with_query(&path, &pairs));
        let mut question = Question::new(request);
        let step = question.ask();
        self.stage = Stage::Definition { question, wanted };
        step
    }

    fn defined(
        &mut self,
        mut question: Question,
        mut wanted: Wanted,
        reply: Option<Reply>,
    ) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        let heard = question.hear::<Definition>(reply).map_err(|why| wanted.trouble(why))?;
        let definition = match heard {
            Heard::Said(definition, _) => definition,
            Heard::Nothing => {
                let step = question.ask();
                self.stage = Stage::Definition { question, wanted };
                return Ok(step);
            }
        };
        let problem = if definition.product_type != wanted.product_type {
            Some(format!("asked for {}, and told of {}", wanted.product_type, definition.product_type))
        } else if definition.requirements != wanted.set.name() {
            Some(format!("asked for {}, and told of {}", wanted.set.name(), definition.requirements))
        } else if definition.schema.link.verb != "GET" {
            Some(format!("the schema is to be got by `{}`, which nobody knows", definition.schema.link.verb))
        } else {
            None
        };
        if let Some(message) = problem {
            return Err(ProtocolError::new(api::GET_DEFINITION.id, Trouble::Unreadable, message));
        }
        wanted.n_downloads += 1;
        self.stage = Stage::Schema {
            wanted,
            checksum: definition.schema.checksum,
            version: definition.product_type_version.version,
        };
        Ok(Request::given(&api::DOWNLOAD_SCHEMA, definition.schema.link.resource).send())
    }

    fn downloaded(
        &mut self,
        wanted: Wanted,
        checksum: &str,
        version: String,
        reply: Option<Reply>,
    ) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        match schema_of(&wanted, checksum, reply) {
            Ok(bytes) => {
                self.pulled.push(Pulled { about: About::Category(wanted.key()), bytes, version: Some(version) });
                Ok(self.ask_for_next())
            }
            // Broken off, or its URL has ended: the definition gives out a new one.
            Err(_) if wanted.n_downloads < MOST_TRIES => Ok(self.ask_for(wanted)),
            Err(why) => Err(wanted.trouble(why)),
        }
    }
}

impl Wanted {
    /// The key the document is kept under: the set is only named where it is not the usual one.
    fn key(&self) -> String {
        match self.set {
            Set::Listing => self.product_type.clone(),
            Set::OfferOnly | Set::ProductOnly => format!("{}.{}", self.product_type, self.set.name()),
        }
    }

    fn trouble(&self, mut why: ProtocolError) -> ProtocolError {
        why.message = format!("product type {}: {}", self.key(), why.message);
        why
    }
}

impl Exchange<Vec<Pulled>> for Pull {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Begin => Ok(self.ask_for_next()),
            Stage::Definition { question, wanted } => self.defined(question, wanted, reply),
            Stage::Schema { wanted, checksum, version } => self.downloaded(wanted, &checksum, version, reply),
            Stage::Over => Err(over(api::GET_DEFINITION.id)),
        }
    }
}

/// The schema that was downloaded, as this adapter reads it.
fn schema_of(wanted: &Wanted, checksum: &str, reply: Option<Reply>) -> Result<Vec<u8>, ProtocolError> {
    let doing = api::DOWNLOAD_SCHEMA.id;
    let unreadable = |message: String| ProtocolError::new(doing, Trouble::Unreadable, message);
    let answer = answer(doing, reply)?;
    if !answer.is_fine() {
        return Err(refused_by_store(doing, &answer));
    }
    let bytes = gunzip(doing, answer.body, LONGEST)?;
    let own = STANDARD.encode(Md5::digest(&bytes));
    if own != checksum.trim() {
        return Err(unreadable(format!("the schema of {} bytes has not the checksum it should have", bytes.len())));
    }
    let document = OwnedDocument { name: "schema".to_owned(), bytes };
    schema::given_shape(&wanted.product_type, &document).map_err(|why| unreadable(why.to_string()))?;
    Ok(document.bytes)
}
