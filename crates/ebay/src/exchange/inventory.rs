//! A parcel of Inventory API calls: items, groups, offers, publication; prices, quantities, deletions. Call by call, each
//! answer kept, and begun anew at any point without harm: what replaces a whole is sent again, what makes something looks
//! first.

mod heard;
mod job;
mod looks;
mod request;

use super::answers::Answers;
use super::calls;
use super::calls::Call;
use super::pace;
use super::state::Goods;
use crate::kind::Kind;
use crate::profile::PUBLISH;
use crate::report::answer::RowAnswer;
use crate::report::answer::State;
use feedwright_marketplace::Channel;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use job::Job;
use job::Why;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::sync::Arc;

/// Most offers published, or made, in one call: errors 25730.
const MOST: usize = 25;

/// The conversation.
#[derive(Debug)]
pub(super) struct Calls {
    site: &'static str,
    language: String,
    /// The parcel was begun before.
    is_again: bool,
    queue: VecDeque<Job>,
    current: Option<Job>,
    goods: Goods,
    /// The members of each group.
    groups: BTreeMap<String, Vec<Arc<str>>>,
    /// The groups of which nothing more is said.
    left: BTreeSet<String>,
    /// The SKUs that offers are made of, in the order of the file.
    offered: Vec<Arc<str>>,
    answers: Answers,
    /// So many calls in a row that eBay was not there for.
    absences: u8,
    /// A file that cannot be sent.
    broken: Option<ProtocolError>,
}

impl Calls {
    /// A conversation about a parcel.
    pub(super) fn new(channel: &Channel, kind: Kind, parcel: Parcel) -> Self {
        let mut calls = Self {
            site: channel.site.id,
            language: channel.language.to_string(),
            is_again: parcel.memory.begun_at.is_some(),
            queue: VecDeque::new(),
            current: None,
            goods: Goods::of(&parcel.rows),
            groups: BTreeMap::new(),
            left: BTreeSet::new(),
            offered: Vec::new(),
            answers: Answers::default(),
            absences: 0,
            broken: None,
        };
        calls.broken = calls.plan(kind, parcel.files).err();
        calls
    }

    /// What is to be done, in order.
    fn plan(&mut self, kind: Kind, files: Vec<ParcelFile>) -> Result<(), ProtocolError> {
        let mut publications = VecDeque::new();
        for file in files {
            for call in calls::read(&file)? {
                match (call, kind, file.part.id) {
                    (Call::Batch(entries), Kind::Inventory, "items") => self.queue.push_back(Job::items(entries)),
                    (Call::Batch(entries), Kind::Inventory, _) => {
                        for entry in entries {
                            self.goods.at(&entry.sku).body = Some(entry.body);
                            self.offered.push(entry.sku);
                        }
                    }
                    (Call::Batch(entries), _, _) => {
                        if let Some(wrong) = entries.iter().find(|entry| request::quantity(entry, None).is_none()) {
                            let message = format!("the row of `{}` is none of prices and quantities", wrong.sku);
                            return Err(ProtocolError::new("file", Trouble::Refused, message));
                        }
                        self.queue.push_back(Job::quantities(entries));
                    }
                    (Call::Group(group), _, _) => {
                        for member in &group.members {
                            self.goods.at(member).is_grouped = true;
                        }
                        self.groups.insert(group.key.clone(), group.members.clone());
                        self.queue.push_back(Job::Group { group, tries: 0 });
                    }
                    (Call::Publish(key, body), _, PUBLISH) => {
                        publications.push_back(Job::PublishGroup { key, body, sends: 0, tries: 0 });
                    }
                    (Call::Publish(..), _, part) => {
                        let message = format!("part `{part}` holds a publication");
                        return Err(ProtocolError::new("file", Trouble::Refused, message));
                    }
                    (Call::Delete(sku), _, _) => {
                        self.queue.push_back(Job::Delete { sku: [Arc::from(sku)], tries: 0 });
                    }
                }
            }
        }
        if kind == Kind::Inventory {
            self.queue.extend([Job::PlanOffers, Job::PlanPublication]);
            self.queue.append(&mut publications);
        }
        Ok(())
    }

    /// Which offers are looked for, and which are made. One that is known is looked for first: whether it is there
    /// still, and whether buyers see it.
    fn plan_offers(&mut self) {
        let (mut known, mut new) = (VecDeque::new(), Vec::new());
        for sku in &self.offered {
            let good = self.goods.get(sku);
            if good.is_out {
                continue;
            }
            if self.is_again || good.offer.is_some() {
                known.push_back(Arc::clone(sku));
            } else {
                new.push(Arc::clone(sku));
            }
        }
        self.create(&new, 0);
        if !known.is_empty() {
            self.queue.push_front(Job::looks(known, Why::Before));
        }
    }

    /// Makes offers, before anything else.
    fn create(&mut self, skus: &[Arc<str>], sends: u8) {
        for skus in skus.chunks(MOST).rev() {
            self.queue.push_front(Job::Create { skus: skus.to_vec(), sends, tries: 0 });
        }
    }

    /// Publishes the offers of what stands alone, before anything else.
    fn plan_publication(&mut self) {
        let mut skus = Vec::new();
        for sku in std::mem::take(&mut self.offered) {
            let good = self.goods.get(&sku);
            if good.is_out || good.is_published || good.is_grouped {
                continue;
            }
            match good.offer {
                Some(_) => skus.push(sku),
                None => self.leave(&sku, Outcome::Unknown, "nobody knows whether it has an offer"),
            }
        }
        self.publish(&skus, 0);
    }

    fn publish(&mut self, skus: &[Arc<str>], sends: u8) {
        for skus in skus.chunks(MOST).rev() {
            self.queue.push_front(Job::Publish { skus: skus.to_vec(), sends, tries: 0 });
        }
    }

    /// Says no more about a SKU, and why. What is said of it first holds.
    fn leave(&mut self, sku: &Arc<str>, outcome: Outcome, because: &str) {
        let good = self.goods.at(sku);
        if !std::mem::replace(&mut good.is_out, true) {
            self.answers.skip(sku, outcome, because);
        }
    }

    /// Says no more about a group and those of its members that buyers do not see yet.
    fn leave_group(&mut self, key: &str, outcome: Outcome, because: &str) {
        if self.left.insert(key.to_owned()) {
            self.answers.skip(key, outcome, because);
        }
        for member in self.groups.get(key).cloned().unwrap_or_default() {
            if !self.goods.get(&member).is_published {
                self.leave(&member, outcome, because);
            }
        }
    }

    /// Says nothing more at all.
    fn stop(&mut self, because: String) {
        self.queue.clear();
        self.answers.stop(because);
    }

    /// Stops when the account's limits are met: whatever is sent next would be refused as well.
    fn stop_at_limits(&mut self, rows: &[RowAnswer]) {
        if let Some(error) = rows.iter().filter(|row| row.state == State::Limited).find_map(|row| row.errors.first()) {
            self.stop(format!("the account's selling limits are met: {}", error.text));
        }
    }

    /// Does a job once more, after a while.
    fn again(&mut self, mut job: Job) {
        let wait = pace::again(job.n_tries());
        job.count_try();
        self.queue.push_front(job);
        self.queue.push_front(Job::Pause(wait));
    }
}

impl Exchange<Receipt> for Calls {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        if let Some(why) = self.broken.take() {
            return Err(why);
        }
        match (self.current.take(), reply) {
            (Some(job), Some(reply)) => self.heard(job, reply)?,
            // A request that nobody answered for: it is sent again.
            (Some(job), None) => self.queue.push_front(job),
            (None, _) => {}
        }
        while let Some(job) = self.queue.pop_front() {
            match job {
                Job::Pause(wait) => return Ok(Step::Wait(wait)),
                Job::PlanOffers => self.plan_offers(),
                Job::PlanPublication => self.plan_publication(),
                job => {
                    if let Some((job, request)) = self.request(job) {
                        self.current = Some(job);
                        return Ok(request.send());
                    }
                }
            }
        }
        Ok(Step::Done(Receipt::Answered(self.answers.document())))
    }
}
