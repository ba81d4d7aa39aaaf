//! Walmart's own documents are fetched: what items of product types need, or the list of product types.

use super::Account;
use super::answer;
use super::entries;
use super::json;
use super::text;
use crate::api;
use crate::kind::Kind;
use crate::profile;
use crate::schema;
use crate::settings::Settings;
use crate::taxonomy::Taxonomy;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use serde_json::Value;
use serde_json::json;

/// Most product types in one call. Source: developer.walmart.com, us-marketplace/reference/getspec, read 2026-11-23.
const MOST: usize = 20;

/// Documents under way.
#[derive(Debug)]
pub(crate) struct Pull {
    account: Account,
    settings: Settings,
    /// Product types by calls, the last call first; empty for the list of product types.
    batches: Vec<Vec<String>>,
    asked: Option<Asked>,
    pulled: Vec<Pulled>,
}

#[derive(Clone, Debug)]
enum Asked {
    Taxonomy,
    Specs(Vec<String>),
}

impl Pull {
    /// Of these product types, or of the list of them when there are none.
    pub(crate) fn new(account: Account, settings: Settings, categories: &[String]) -> Self {
        let mut batches: Vec<Vec<String>> = categories.chunks(MOST).map(<[String]>::to_vec).collect();
        batches.reverse();
        Self { account, settings, batches, asked: None, pulled: Vec::new() }
    }

    fn ask_taxonomy(&mut self) -> Step<Vec<Pulled>> {
        self.asked = Some(Asked::Taxonomy);
        self.account.ask(&api::TAXONOMY, "/v3/items/taxonomy?version=5.0&feedType=MP_ITEM").send()
    }

    fn next_batch(&mut self) -> Step<Vec<Pulled>> {
        let Some(batch) = self.batches.pop() else { return Step::Done(std::mem::take(&mut self.pulled)) };
        let body = json!({
            "feedType": Kind::Item.feed().name,
            "version": self.settings.spec_version,
            "productTypes": batch,
        });
        self.asked = Some(Asked::Specs(batch));
        self.account.ask(&api::SPEC, api::SPEC.path).json(body.to_string().into_bytes()).send()
    }

    fn taxonomy(answer: Answer) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        let doing = api::TAXONOMY.id;
        json(doing, &answer)?;
        let document = OwnedDocument { name: "the answer".to_owned(), bytes: answer.body };
        let taxonomy = Taxonomy::read(&document).map_err(|why| unreadable(doing, why.to_string()))?;
        if !taxonomy.lists_product_types || taxonomy.entries.is_empty() {
            return Err(unreadable(doing, "the answer lists no product types".to_owned()));
        }
        let about = About::Reference(profile::TAXONOMY);
        Ok(Step::Done(vec![Pulled { about, bytes: document.bytes, version: None }]))
    }

    /// Cuts an answer about several product types into a document for each, and sees that each can be used.
    fn specs(&mut self, batch: &[String], answer: &Answer) -> Result<(), ProtocolError> {
        let doing = api::SPEC.id;
        let mut value = json(doing, answer)?;
        let errors: Vec<String> = entries(value.get("errors")).iter().map(said).collect();
        let schema = match value.get_mut("schema") {
            Some(schema) => schema.take(),
            None => value,
        };
        let visible = schema.pointer(VISIBLE).and_then(Value::as_object);
        let missing: Vec<&str> = batch
            .iter()
            .map(String::as_str)
            .filter(|id| visible.is_none_or(|types| !types.contains_key(*id)))
            .collect();
        if !missing.is_empty() {
            let said = if errors.is_empty() { answer.excerpt() } else { errors.join("; ") };
            let message = format!("Walmart gives no spec for `{}`: {said}", missing.join("`, `"));
            return Err(ProtocolError::new(doing, Trouble::Refused, message));
        }
        let version = schema
            .pointer("/properties/MPItemFeedHeader/properties/version/enum/0")
            .and_then(Value::as_str)
            .map_or_else(|| self.settings.spec_version.clone(), str::to_owned);
        for id in batch {
            let bytes = only(&schema, id).to_string().into_bytes();
            let document = OwnedDocument { name: format!("the spec of `{id}`"), bytes };
            schema::given(Kind::Item, id, &document, &self.settings)
                .map_err(|why| unreadable(doing, why.to_string()))?;
            let about = About::Category(id.clone());
            self.pulled.push(Pulled { about, bytes: document.bytes, version: Some(version.clone()) });
        }
        Ok(())
    }
}

impl Exchange<Vec<Pulled>> for Pull {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        match self.asked.take() {
            None if self.batches.is_empty() => Ok(self.ask_taxonomy()),
            None => Ok(self.next_batch()),
            Some(Asked::Taxonomy) => Self::taxonomy(answer(api::TAXONOMY.id, reply)?),
            Some(Asked::Specs(batch)) => {
                let answer = answer(api::SPEC.id, reply)?;
                self.specs(&batch, &answer)?;
                Ok(self.next_batch())
            }
        }
    }
}

/// Where product types stand in a spec.
const VISIBLE: &str = "/properties/MPItem/items/properties/Visible/properties";

/// A spec with one of its product types.
fn only(schema: &Value, id: &str) -> Value {
    let mut schema = schema.clone();
    if let Some(Value::Object(visible)) = schema.pointer_mut("/properties/MPItem/items/properties/Visible") {
        if let Some(Value::Object(types)) = visible.get_mut("properties") {
            types.retain(|name, _| name == id);
        }
        if let Some(Value::Array(choices)) = visible.get_mut("oneOf") {
            choices.retain(|choice| choice.pointer("/required/0").and_then(Value::as_str) == Some(id));
        }
    }
    schema
}

fn said(error: &Value) -> String {
    text(Some(error)).unwrap_or_else(|| error.to_string())
}

fn unreadable(doing: &'static str, message: String) -> ProtocolError {
    ProtocolError::new(doing, Trouble::Unreadable, message)
}
