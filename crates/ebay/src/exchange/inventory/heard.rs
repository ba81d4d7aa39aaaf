//! What each answer means for what is sent next.

use super::Calls;
use super::job::Job;
use super::job::Why;
use crate::api;
use crate::exchange::answers::Asked;
use crate::exchange::calls::Entry;
use crate::exchange::pace;
use crate::report::answer;
use crate::report::answer::About;
use crate::report::answer::RowAnswer;
use crate::report::answer::State;
use crate::report::rest;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use std::collections::VecDeque;
use std::sync::Arc;

impl Calls {
    /// Goes on after an answer.
    pub(super) fn heard(&mut self, job: Job, reply: Reply) -> Result<(), ProtocolError> {
        let Some(operation) = operation(&job) else { return Ok(()) };
        let answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Lost(why) => return self.unanswered(job, operation, &why),
        };
        match answer.status {
            401 | 403 if self.answers.is_empty() => return Err(answer.refusal(operation.id)),
            401 | 403 => {
                self.stop(answer.refusal(operation.id).message);
                return Ok(());
            }
            408 | 423 | 425 | 429 | 500.. if matches!(job, Job::Looks(_)) || !is_busy(&answer) => {
                return self.unanswered(job, operation, &answer.refusal(operation.id).message);
            }
            _ => {}
        }
        if let Job::Looks(looks) = job {
            return self.seen(looks, &answer);
        }
        let group = match &job {
            Job::Group { group, .. } => Some(group.key.clone()),
            Job::PublishGroup { key, .. } => Some(key.clone()),
            _ => None,
        };
        let skus: Vec<Arc<str>> = match &job {
            Job::Items { entries, .. } | Job::Quantities { entries, .. } => of_entries(entries),
            Job::Group { group, .. } => group.members.clone(),
            Job::Update { sku, .. } | Job::Delete { sku, .. } => sku.to_vec(),
            Job::Create { skus, .. } | Job::Publish { skus, .. } => skus.clone(),
            Job::PublishGroup { key, .. } => self.unpublished(key).unwrap_or_default(),
            Job::Pause(_) | Job::PlanOffers | Job::PlanPublication | Job::Looks(_) => Vec::new(),
        };
        let offers = if matches!(job, Job::Publish { .. }) { self.offers(&skus) } else { Vec::new() };
        let subject = group.as_deref().map(|key| vec![Arc::from(key)]);
        let about = About { operation: operation.id, skus: subject.as_deref().unwrap_or(&skus), offers: &offers };
        let Some(rows) = answer::rows(about, answer.status, &answer.body) else {
            return self.unread(job, operation, &answer);
        };
        if !answer.is_fine() && !is_busy(&answer) && self.split(&job) {
            // One row of many may be why all were refused: each is tried alone.
            return Ok(());
        }
        self.absences = 0;
        let asked = Asked { operation: operation.id, skus: &skus, offers: &offers, group: group.as_deref() };
        self.answers.keep(asked, &answer);
        self.go_on(job, &rows);
        self.stop_at_limits(&rows);
        Ok(())
    }

    /// Goes on after an answer that could be read.
    fn go_on(&mut self, job: Job, rows: &[RowAnswer]) {
        let with = |state: State| -> Vec<Arc<str>> {
            rows.iter().filter(|row| row.state == state).map(|row| Arc::clone(&row.sku)).collect()
        };
        let busy = if job.n_tries() < pace::MOST_TRIES { with(State::Busy) } else { Vec::new() };
        match job {
            Job::Items { entries, tries } => {
                self.drop_failed(rows, &busy, &[]);
                let entries = only(entries, &busy);
                self.repeat(busy.len(), Job::Items { entries, tries });
            }
            Job::Quantities { entries, is_looked_up, tries } => {
                let stale: Vec<Arc<str>> = rows
                    .iter()
                    .filter(|row| !is_looked_up && self.is_stale(row))
                    .map(|row| Arc::clone(&row.sku))
                    .collect();
                self.drop_failed(rows, &busy, &stale);
                let of_stale = only(entries.clone(), &stale);
                let entries = only(entries, &busy);
                self.repeat(busy.len(), Job::Quantities { entries, is_looked_up, tries });
                if !stale.is_empty() {
                    for sku in &stale {
                        self.goods.at(sku).offer = None;
                    }
                    self.queue.push_front(Job::Quantities { entries: of_stale, is_looked_up: true, tries: 0 });
                }
            }
            Job::Group { group, tries } => {
                if !busy.is_empty() {
                    self.again(Job::Group { group, tries });
                } else if rows.iter().any(|row| row.state != State::Done) {
                    self.left.insert(group.key.clone());
                    for member in &group.members {
                        self.goods.at(member).is_out = true;
                    }
                }
            }
            Job::Update { sku, tries } => {
                self.drop_failed(rows, &busy, &[]);
                self.repeat(busy.len(), Job::Update { sku, tries });
            }
            Job::Delete { sku, tries } => self.repeat(busy.len(), Job::Delete { sku, tries }),
            Job::Create { sends, tries, .. } => {
                for row in rows {
                    if row.offer.is_some() && row.state == State::Done {
                        self.goods.at(&row.sku).offer.clone_from(&row.offer);
                    }
                }
                let (exist, untold) = (with(State::Exists), with(State::Untold));
                let kept: Vec<Arc<str>> = exist.iter().chain(&untold).cloned().collect();
                self.drop_failed(rows, &busy, &kept);
                self.repeat(busy.len(), Job::Create { skus: busy, sends, tries });
                self.look_for(&untold, Why::Made(sends + 1));
                self.look_for(&exist, Why::Exists);
            }
            Job::Publish { sends, tries, .. } => {
                for row in rows {
                    if row.state == State::Done {
                        self.goods.at(&row.sku).is_published = true;
                    }
                }
                let unsure: Vec<Arc<str>> = with(State::Exists).into_iter().chain(with(State::Untold)).collect();
                self.drop_failed(rows, &busy, &unsure);
                self.repeat(busy.len(), Job::Publish { skus: busy, sends, tries });
                self.look_for(&unsure, Why::Published(sends + 1));
            }
            Job::PublishGroup { key, body, sends, tries } => {
                let waiting = self.unpublished(&key).unwrap_or_default();
                if !busy.is_empty() {
                    self.again(Job::PublishGroup { key, body, sends, tries });
                } else if rows.iter().all(|row| row.state == State::Done) {
                    // Members that lack something are left out without a word.
                    self.look_for(&waiting, Why::GroupPublished { key, body, sends: sends + 1, is_told: true });
                } else {
                    for sku in &waiting {
                        self.goods.at(sku).is_out = true;
                    }
                }
            }
            Job::Pause(_) | Job::PlanOffers | Job::PlanPublication | Job::Looks(_) => {}
        }
    }

    /// Says no more about rows that were not taken; their answer is kept and says why.
    fn drop_failed(&mut self, rows: &[RowAnswer], busy: &[Arc<str>], kept: &[Arc<str>]) {
        for row in rows {
            if row.state != State::Done && !busy.contains(&row.sku) && !kept.contains(&row.sku) {
                self.goods.at(&row.sku).is_out = true;
            }
        }
    }

    fn repeat(&mut self, n_rows: usize, job: Job) {
        if n_rows > 0 {
            self.again(job);
        }
    }

    /// An offer whose id was remembered and that is gone.
    fn is_stale(&self, row: &RowAnswer) -> bool {
        self.goods.get(&row.sku).is_remembered && row.errors.iter().any(|error| error.id.trim() == rest::NO_OFFER)
    }

    /// Cuts a batch into calls of one row each; not one that has no more than one.
    fn split(&mut self, job: &Job) -> bool {
        let singles: VecDeque<Job> = match job {
            Job::Items { entries, .. } if entries.len() > 1 => {
                entries.iter().map(|entry| Job::items(vec![entry.clone()])).collect()
            }
            Job::Quantities { entries, is_looked_up, .. } if entries.len() > 1 => {
                let single = |entry: &Entry| {
                    let entries = vec![entry.clone()];
                    Job::Quantities { entries, is_looked_up: *is_looked_up, tries: 0 }
                };
                entries.iter().map(single).collect()
            }
            Job::Create { skus, sends, .. } if skus.len() > 1 => {
                let single = |sku: &Arc<str>| Job::Create { skus: vec![Arc::clone(sku)], sends: *sends, tries: 0 };
                skus.iter().map(single).collect()
            }
            Job::Publish { skus, sends, .. } if skus.len() > 1 => {
                let single = |sku: &Arc<str>| Job::Publish { skus: vec![Arc::clone(sku)], sends: *sends, tries: 0 };
                skus.iter().map(single).collect()
            }
            _ => return false,
        };
        singles.into_iter().rev().for_each(|job| self.queue.push_front(job));
        true
    }

    /// Goes on when nobody knows what became of a call: one that makes something looks, any other is made again.
    fn unanswered(&mut self, job: Job, operation: &'static Operation, why: &str) -> Result<(), ProtocolError> {
        let Some(job) = self.looked_into(job) else { return Ok(()) };
        if job.n_tries() + 1 < pace::MOST_SENDS {
            self.again(job);
            return Ok(());
        }
        if self.answers.is_empty() {
            return Err(ProtocolError::new(operation.id, Trouble::Unavailable, why));
        }
        self.absences += 1;
        self.give_up(&job, Outcome::Failed, &format!("eBay did not answer: {why}"));
        if self.absences >= pace::MOST_ABSENCES {
            self.stop(format!("eBay did not answer {} calls in a row: {why}", self.absences));
        }
        Ok(())
    }

    /// The same when it says that all went well, in words that cannot be read.
    fn unread(&mut self, job: Job, operation: &'static Operation, answer: &Answer) -> Result<(), ProtocolError> {
        let Some(job) = self.looked_into(job) else { return Ok(()) };
        if job.n_tries() + 1 < pace::MOST_SENDS {
            self.again(job);
            return Ok(());
        }
        let message = format!("the answer with status {} cannot be read: {}", answer.status, answer.excerpt());
        if self.answers.is_empty() {
            return Err(ProtocolError::new(operation.id, Trouble::Unreadable, message));
        }
        self.give_up(&job, Outcome::Unknown, &message);
        Ok(())
    }

    /// Looks what became of a call that must not be made twice; gives back any other.
    fn looked_into(&mut self, job: Job) -> Option<Job> {
        match job {
            Job::Create { skus, sends, .. } => self.look_for(&skus, Why::Made(sends + 1)),
            Job::Publish { skus, sends, .. } => self.look_for(&skus, Why::Published(sends + 1)),
            Job::PublishGroup { key, body, sends, .. } => {
                let waiting = self.unpublished(&key).unwrap_or_default();
                self.look_for(&waiting, Why::GroupPublished { key, body, sends: sends + 1, is_told: false });
            }
            other => return Some(other),
        }
        None
    }

    /// Says no more about the rows of a job.
    fn give_up(&mut self, job: &Job, outcome: Outcome, because: &str) {
        match job {
            Job::Items { entries, .. } | Job::Quantities { entries, .. } => {
                for sku in of_entries(entries) {
                    self.leave(&sku, outcome, because);
                }
            }
            Job::Group { group, .. } => self.leave_group(&group.key, outcome, because),
            Job::Update { sku: [sku], .. } | Job::Delete { sku: [sku], .. } => self.leave(sku, outcome, because),
            Job::Create { skus, .. } | Job::Publish { skus, .. } => {
                for sku in skus {
                    self.leave(sku, outcome, because);
                }
            }
            Job::PublishGroup { key, .. } => self.leave_group(key, outcome, because),
            Job::Looks(looks) => {
                // The others are looked at all the same.
                let mut rest = looks.todo.clone();
                if let Some(sku) = rest.pop_front() {
                    self.leave(&sku, outcome, because);
                }
                let (missed, why, is_second) = (looks.missed.clone(), looks.why.clone(), looks.is_second);
                self.queue.push_front(Job::Looks(super::job::Looks { todo: rest, missed, why, is_second, tries: 0 }));
            }
            Job::Pause(_) | Job::PlanOffers | Job::PlanPublication => {}
        }
    }
}

/// The call of a job.
fn operation(job: &Job) -> Option<&'static Operation> {
    Some(match job {
        Job::Items { .. } => &api::ITEMS,
        Job::Group { .. } => &api::GROUP,
        Job::Looks(_) => &api::GET_OFFERS,
        Job::Update { .. } => &api::UPDATE_OFFER,
        Job::Create { .. } => &api::OFFERS,
        Job::Publish { .. } => &api::PUBLISH,
        Job::PublishGroup { .. } => &api::PUBLISH_GROUP,
        Job::Quantities { .. } => &api::QUANTITIES,
        Job::Delete { .. } => &api::DELETE_ITEM,
        Job::Pause(_) | Job::PlanOffers | Job::PlanPublication => return None,
    })
}

/// Whether the whole call came at a moment when somebody else changes the same things: it had no effect then.
fn is_busy(answer: &Answer) -> bool {
    let errors = serde_json::from_slice(&answer.body).map(|value| rest::errors(&value)).unwrap_or_default();
    !answer.is_fine() && errors.iter().any(|error| error.id.trim() == rest::BUSY)
}

fn of_entries(entries: &[Entry]) -> Vec<Arc<str>> {
    entries.iter().map(|entry| Arc::clone(&entry.sku)).collect()
}

fn only(mut entries: Vec<Entry>, skus: &[Arc<str>]) -> Vec<Entry> {
    entries.retain(|entry| skus.contains(&entry.sku));
    entries
}
