//! What a law is tried on: one record of a complete item, for one feed of one channel.

use super::altered::Altered;
use super::altered::Change;
use super::case::Case;
use super::stand::Stand;
use crate::check::check;
use crate::contract::Categories;
use crate::contract::Category;
use crate::contract::Feed;
use crate::contract::Marketplace;
use crate::family::Family;
use crate::listing::Listing;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Product;
use feedwright_catalog::Severity;
use feedwright_catalog::Variant;
use feedwright_catalog::place::Level;
use feedwright_catalog::product::Media;
use feedwright_catalog::product::MediaRole;
use std::sync::Arc;

/// One record of a sample.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) stand: Arc<Stand>,
    pub(super) feed: &'static Feed,
    /// Which of the stand's samples.
    pub(super) sample: usize,
    pub(super) role: Role,
}

/// Which record of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The variant with this number.
    Variant(usize),
    /// The family's own record.
    Parent,
}

/// What checking a record brought.
#[derive(Debug)]
pub(super) struct Checkup {
    pub(super) findings: Vec<Finding>,
    /// The record, good or not.
    pub(super) listing: Listing,
    /// Whether it can be sent.
    pub(super) passed: bool,
    /// List fields of which some values had no attribute to go to.
    pub(super) left_over: Vec<Field>,
    /// Filled fields that go nowhere, as the runner reports them.
    pub(super) unmapped: Vec<Field>,
}

/// The records of a stand's samples for a feed that are worth trying. What cannot be made is a broken case.
pub(super) fn all(stand: &Arc<Stand>, feed: &'static Feed, out: &mut Vec<Case>) -> Vec<Subject> {
    let mut subjects = Vec::new();
    let mut seen_categories = 0;
    for (sample, given) in stand.samples.iter().enumerate() {
        // To a feed without categories all complete items are alike: one product and one family are enough.
        if feed.categories == Categories::Unused {
            let is_like_before = stand
                .samples
                .iter()
                .take(sample)
                .any(|before| (before.product.variants.len() > 1) == (given.product.variants.len() > 1));
            if is_like_before {
                continue;
            }
        }
        seen_categories += 1;
        let subject = |role| Subject { stand: Arc::clone(stand), feed, sample, role };
        let roles = [Role::Variant(0), Role::Variant(1), Role::Parent];
        for role in roles.into_iter().filter(|role| *role != Role::Variant(1) || given.product.variants.len() > 1) {
            let subject = subject(role);
            match subject.exists() {
                Ok(true) => subjects.push(subject),
                Ok(false) => {}
                Err(why) => out.push(Case::broken("check", format!("{}: it can be made", subject.about()), why)),
            }
        }
    }
    if seen_categories == 0 {
        let name = format!("{}: {}: complete items pass", stand.about(), feed.id);
        out.push(Case::skipped("check", name, "there are no complete items for this channel"));
    }
    subjects
}

impl Subject {
    /// How names of trials begin.
    pub(super) fn about(&self) -> String {
        let part = match self.role {
            Role::Variant(_) if self.product().variants.len() == 1 => String::new(),
            Role::Variant(0) => ", a variant".to_owned(),
            Role::Variant(_) => ", another variant".to_owned(),
            Role::Parent => ", the family".to_owned(),
        };
        let name = self.stand.samples.get(self.sample).map_or("", |sample| sample.name.as_str());
        let feeds = self.stand.marketplace.profile().feeds.len();
        let feed = if feeds > 1 { format!(" {}:", self.feed.id) } else { String::new() };
        format!("{}:{feed} {name}{part}", self.stand.about())
    }

    /// The complete product.
    pub(super) fn product(&self) -> &Product {
        &self.stand.samples[self.sample].product
    }

    /// The category of the feed.
    pub(super) fn category(&self) -> Result<Arc<Category>, String> {
        let id = match self.feed.categories {
            Categories::Unused => "",
            Categories::Mixed | Categories::Apart => &self.stand.samples[self.sample].category,
        };
        self.stand.marketplace.category(self.feed, id).map_err(|why| why.to_string())
    }

    /// Whether this is the main record of the first sample of its category.
    pub(super) fn is_first_of_its_category(&self) -> bool {
        let samples = &self.stand.samples;
        let category = &samples[self.sample].category;
        let first = samples.iter().position(|sample| sample.category == *category);
        self.role == Role::Variant(0) && first == Some(self.sample)
    }

    /// The feed before this one for which the same item becomes the same record and is held to the same requirements:
    /// what holds there holds here.
    pub(super) fn same_as(&self) -> Option<&'static str> {
        let told = |feed: &'static Feed| {
            let of = Self { feed, ..self.clone() };
            let category = of.category().ok()?;
            let checkup = of.check(of.product(), &Change::Nothing).ok()?;
            let mut record = Vec::new();
            checkup.listing.root().write_json(&mut record);
            Some((category.requirements.name().to_owned(), category.scope, category.family, checkup.findings, record))
        };
        let own = told(self.feed)?;
        let feeds = self.stand.marketplace.profile().feeds.iter();
        let mut before = feeds.take_while(|feed| feed.id != self.feed.id);
        before.find(|feed| told(feed).is_some_and(|other| other == own)).map(|feed| feed.id)
    }

    fn exists(&self) -> Result<bool, String> {
        let category = self.category()?;
        let product = self.product();
        let family = Family::of(product, category.family, &mut Findings::default())
            .ok_or_else(|| "the family cannot be made".to_owned())?;
        Ok(match self.role {
            Role::Variant(at) => at < product.variants.len(),
            Role::Parent => family.parent(&[], &self.stand.scope, &[]).is_some(),
        })
    }

    /// Hands the item that this record is made from, of the complete product or one made of it.
    pub(super) fn with<T>(
        &self,
        product: &Product,
        use_it: impl FnOnce(&Category, &Item<'_>) -> T,
    ) -> Result<T, String> {
        let category = self.category()?;
        let mut out = Findings::default();
        let family = Family::of(product, category.family, &mut out);
        let family = family.ok_or_else(|| format!("the family cannot be made: {:?}", out.list()))?;
        let members: Vec<&Variant> = product.variants.iter().collect();
        let scope = &self.stand.scope;
        let item = match self.role {
            Role::Variant(at) => product.variants.get(at).map(|variant| family.variant(variant, at == 0, scope, &[])),
            Role::Parent => family.parent(&members, scope, &[]),
        };
        let item = item.ok_or_else(|| "there is no such record any more".to_owned())?;
        Ok(use_it(&category, &item))
    }

    /// Maps and checks the record, after changing what was mapped.
    pub(super) fn check(&self, product: &Product, change: &Change) -> Result<Checkup, String> {
        self.with(product, |category, item| {
            let altered = Altered { inner: self.stand.marketplace.as_ref(), change };
            checkup(&altered, self.feed, category, item)
        })
    }

    /// The line on which a field of this record stands in a product, or should.
    pub(super) fn line(&self, product: &Product, field: &Field) -> u64 {
        let own = match self.role {
            Role::Variant(at) => product.variants.get(at),
            Role::Parent => None,
        };
        let Some(own) = own else { return product.origin.line };
        let role = match field {
            Field::Known(Known::Image) => Some(MediaRole::Main),
            Field::Known(Known::AdditionalImages) => Some(MediaRole::Additional),
            Field::Known(Known::SwatchImage) => Some(MediaRole::Swatch),
            Field::Known(_) | Field::Custom(_) => None,
        };
        let has = |media: &[Media]| role.is_some_and(|role| media.iter().any(|media| media.role == role));
        if own.fields.contains(field) || has(&own.media) {
            return own.origin.line;
        }
        if product.fields.contains(field) || has(&product.media) {
            return product.origin.line;
        }
        match product.origin.columns.by_field.get(field).map(|column| column.level) {
            Some(Level::Product) => product.origin.line,
            Some(Level::Variant) | None => own.origin.line,
        }
    }
}

/// Maps and checks an item.
pub(super) fn checkup(marketplace: &dyn Marketplace, feed: &Feed, category: &Category, item: &Item<'_>) -> Checkup {
    let mut listing = Listing::new();
    let mut out = Findings::default();
    let (filled, checked) = check(marketplace, feed, category, item, &mut listing, &mut out);
    let passed = checked.is_some();
    let unmapped = category.plan.unmapped(item).cloned().collect();
    Checkup { findings: out.take(), passed, left_over: filled.left_over, unmapped, listing }
}

/// What matters to a seller: notes are only worth knowing.
pub(super) fn matters(finding: &Finding) -> bool {
    match finding.severity {
        Severity::Error | Severity::Warning => true,
        Severity::Note => false,
    }
}

/// Findings on lines, for people who read why a law does not hold.
pub(super) fn said<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let line = |finding: &Finding| {
        let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let pointer = finding.pointer.as_deref().unwrap_or("nowhere");
        format!("\n  {}[{}] {} at {pointer} ({place})", finding.severity, finding.code, finding.message)
    };
    findings.into_iter().map(line).collect()
}
