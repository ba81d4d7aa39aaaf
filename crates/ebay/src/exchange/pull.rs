//! eBay's own documents: the aspects of categories, and of no category the tree, what took the place of categories that
//! are gone, and the conditions each takes.
//!
//! Sources: Taxonomy API 1.1.1 and Metadata API 1.13.0, read 2026-11-26.

use crate::api;
use crate::profile;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::percent_encode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::VecDeque;

/// The conversation.
#[derive(Debug)]
pub(crate) struct Pull {
    site: &'static str,
    tree: Option<Tree>,
    todo: VecDeque<About>,
    pulled: Vec<Pulled>,
    has_begun: bool,
}

/// The tree of a site.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tree {
    category_tree_id: String,
    category_tree_version: String,
}

/// What tells documents from each other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    aspects: Option<IgnoredAny>,
    root_category_node: Option<IgnoredAny>,
    expired_categories: Option<IgnoredAny>,
    item_condition_policies: Option<IgnoredAny>,
}

impl Head {
    fn has(&self, member: &str) -> bool {
        let found = match member {
            "aspects" => self.aspects,
            "rootCategoryNode" => self.root_category_node,
            "expiredCategories" => self.expired_categories,
            _ => self.item_condition_policies,
        };
        found.is_some()
    }
}

impl Pull {
    /// Documents about these categories, or about none.
    pub(crate) fn new(site: &'static str, categories: &[String]) -> Self {
        let todo = if categories.is_empty() {
            [profile::TAXONOMY, profile::EXPIRED, profile::CONDITIONS].into_iter().map(About::Reference).collect()
        } else {
            categories.iter().cloned().map(About::Category).collect()
        };
        Self { site, tree: None, todo, pulled: Vec::new(), has_begun: false }
    }

    /// The answer about what is asked now.
    fn take(&mut self, answer: Answer) -> Result<(), ProtocolError> {
        if self.tree.is_none() {
            self.tree = Some(answer.json(api::TREE_ID.id)?);
            return Ok(());
        }
        let Some(about) = self.todo.pop_front() else { return Ok(()) };
        let (operation, member) = what(&about);
        if !answer.is_fine() {
            let refusal = answer.refusal(operation.id);
            let message = match &about {
                About::Category(id) => format!("category `{id}`: {}", refusal.message),
                About::Reference(name) => format!("`{name}`: {}", refusal.message),
            };
            return Err(ProtocolError { message, ..refusal });
        }
        let bytes = if answer.status == 204 && about != About::Reference(profile::TAXONOMY) {
            // There is nothing to say of it.
            format!("{{\"{member}\":[]}}").into_bytes()
        } else {
            let head: Head = answer.json(operation.id)?;
            if !head.has(member) {
                let message = format!("the answer has no `{member}`: {}", answer.excerpt());
                return Err(ProtocolError::new(operation.id, Trouble::Unreadable, message));
            }
            answer.body
        };
        // Conditions have no version of their own, and belong to the same tree.
        let version = self.tree.as_ref().map(|tree| tree.category_tree_version.clone());
        self.pulled.push(Pulled { about, bytes, version });
        Ok(())
    }

    fn request(&self) -> Option<Request> {
        let Some(tree) = &self.tree else {
            let path = format!("{}?marketplace_id={}", api::TREE_ID.path, self.site);
            return Some(Request::new(&api::TREE_ID, api::HOST, path));
        };
        let about = self.todo.front()?;
        let (operation, _) = what(about);
        let path = operation.path.replace("{category_tree_id}", &percent_encode(&tree.category_tree_id));
        let mut path = path.replace("{marketplace_id}", self.site);
        if let About::Category(id) = about {
            path = format!("{path}?category_id={}", percent_encode(id));
        }
        Some(Request::new(operation, api::HOST, path))
    }
}

/// How a document is asked for, and what must be in it.
fn what(about: &About) -> (&'static Operation, &'static str) {
    match about {
        About::Category(_) => (&api::ASPECTS, "aspects"),
        About::Reference(profile::TAXONOMY) => (&api::TREE, "rootCategoryNode"),
        About::Reference(profile::EXPIRED) => (&api::EXPIRED, "expiredCategories"),
        About::Reference(_) => (&api::CONDITIONS, "itemConditionPolicies"),
    }
}

impl Exchange<Vec<Pulled>> for Pull {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        match reply {
            Some(Reply::Answer(answer)) if self.has_begun => self.take(answer)?,
            Some(Reply::Lost(why)) => {
                return Err(ProtocolError::new("pull", Trouble::Unavailable, why));
            }
            Some(Reply::Answer(_)) | None => {}
        }
        self.has_begun = true;
        Ok(match self.request() {
            Some(request) => request.send(),
            None => Step::Done(std::mem::take(&mut self.pulled)),
        })
    }
}
