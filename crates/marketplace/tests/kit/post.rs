//! The same marketplace with an API: how it is talked to, and every way of doing that wrong.

use crate::api;
use crate::fake;
use crate::report;
use crate::talk::Poll;
use crate::talk::Pull;
use crate::talk::Submit;
use crate::wrong::Wrong;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Ref;
use feedwright_marketplace::Setup;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Verdict;
use feedwright_marketplace::template::Filled;
use std::sync::Arc;

#[derive(Debug)]
struct Post {
    inner: Box<dyn Marketplace>,
    wrong: Wrong,
}

pub(crate) fn open(setup: Setup, wrong: Wrong) -> Result<Box<dyn Marketplace>, OpenError> {
    Ok(Box::new(Post { inner: fake::open(setup, fake::Fault::None)?, wrong }))
}

impl Marketplace for Post {
    fn profile(&self) -> &'static Profile {
        &api::PROFILE
    }

    fn channel(&self) -> &Channel {
        self.inner.channel()
    }

    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        self.inner.category(feed, id)
    }

    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        self.inner.map(feed, category, item, listing, out)
    }

    fn policy(&self, feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings) {
        self.inner.policy(feed, category, record, out);
    }

    fn framing(&self, feed: &Feed, part: &Part, category: Option<&Category>) -> Framing {
        self.inner.framing(feed, part, category)
    }

    fn begin(&self, feed: &Feed, part: &Part, ordinal: u64, out: &mut Vec<u8>) {
        self.inner.begin(feed, part, ordinal, out);
    }

    fn encode(&self, feed: &Feed, part: &Part, category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        self.inner.encode(feed, part, category, listing, out);
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        self.inner.lint(feed, file, out)
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        self.inner.taxonomy()
    }

    fn submit(&self, parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
        let is_sent = parcel.feed.id == "posts" || self.wrong == Wrong::SendsPapers;
        let is_sent = is_sent && self.wrong != Wrong::IsMute;
        is_sent.then(|| Box::new(Submit::new(self.wrong, parcel)) as Box<dyn Exchange<Receipt>>)
    }

    fn poll(&self, feed: &'static Feed, id: &str) -> Option<Box<dyn Exchange<Polled>>> {
        (feed.id == "posts" && self.wrong != Wrong::IsForgotten)
            .then(|| Box::new(Poll::new(self.wrong, id)) as Box<dyn Exchange<Polled>>)
    }

    fn read_report(
        &self,
        feed: &Feed,
        bytes: &[u8],
        rows: &[Row],
        out: &mut Findings,
    ) -> Result<Vec<Verdict>, ProtocolError> {
        if feed.id != "posts" && self.wrong != Wrong::ReadsPapers {
            return Err(ProtocolError::new("report", Trouble::Unreadable, "papers have no reports"));
        }
        report::read(self.wrong, bytes, rows, out)
    }

    fn pull(&self, _categories: &[String]) -> Option<Box<dyn Exchange<Vec<Pulled>>>> {
        Some(Box::new(Pull::new(self.wrong)))
    }
}
