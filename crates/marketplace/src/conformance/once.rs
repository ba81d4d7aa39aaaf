//! The law that matters most of sending: whatever one request comes to, and whenever the program ends, what was sent is
//! there once, and its receipt is of it.
//!
//! It is tried with another side, so that what counts is what is there in the end. Every request of a conversation is
//! lost, before and after it took effect, or answered by a page for people, or the program ends at it; and then also the
//! request after it.

use super::other_side::BEGIN;
use super::other_side::CLAIMED;
use super::other_side::Made;
use super::other_side::Meet;
use super::other_side::OtherSide;
use super::parcel;
use super::stand::Stand;
use super::talk::End;
use super::talk::Party;
use super::talk::play;
use crate::api::Api;
use crate::api::Repeat;
use crate::contract::Feed;
use crate::exchange::Answer;
use crate::exchange::Memory;
use crate::exchange::Parcel;
use crate::exchange::Polled;
use crate::exchange::Receipt;
use crate::exchange::Reply;
use crate::exchange::Request;
use crate::exchange::Row;
use crate::exchange::Trouble;
use crate::report::Outcome;
use feedwright_catalog::Findings;
use std::time::Duration;

/// How often a submission is taken up before it must have a receipt.
const MOST_LIVES: usize = 12;
/// How often it is asked after before there must be a report.
const MOST_LOOKS: usize = 50;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It never gets there, and nobody says so.
    LostBefore,
    /// It takes effect, and its answer is lost.
    LostAfter,
    /// It takes effect, and a page for people comes back.
    Page,
    /// The program ends before it is sent.
    EndsBefore,
    /// The program ends when it has taken effect.
    EndsAfter,
}

impl Fault {
    /// What can happen to a request: what is safe to repeat the wire repeats by itself, so that no exchange hears of it.
    fn of(repeat: Repeat) -> &'static [Self] {
        match repeat {
            Repeat::Safe => &[Self::EndsBefore, Self::EndsAfter],
            Repeat::Never => &[Self::LostBefore, Self::LostAfter, Self::Page, Self::EndsBefore, Self::EndsAfter],
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::LostBefore => "is lost",
            Self::LostAfter => "takes effect and its answer is lost",
            Self::Page => "takes effect and is answered by a page for people",
            Self::EndsBefore => "is not sent since the program ends",
            Self::EndsAfter => "takes effect and the program ends",
        }
    }
}

/// Another side with a clock, and what goes wrong on the way to it.
struct Way {
    other: Box<dyn OtherSide>,
    now: i64,
    /// What was asked so far.
    asked: Vec<(&'static str, Repeat)>,
    /// What happens to which request, counted from 0.
    faults: Vec<(usize, Fault)>,
}

impl Way {
    fn new(other: Box<dyn OtherSide>, faults: &[(usize, Fault)]) -> Self {
        Self { other, now: BEGIN, asked: Vec::new(), faults: faults.to_vec() }
    }

    fn whats(&self) -> Vec<String> {
        self.other.made().into_iter().map(|made| made.what).collect()
    }
}

impl Party for Way {
    fn asked(&mut self, request: &Request) -> Option<Reply> {
        let at = self.asked.len();
        self.asked.push((request.operation.id, request.operation.repeat));
        self.now += 1;
        let fault = self.faults.iter().find(|(number, _)| *number == at).map(|(_, fault)| *fault);
        // Which request a later fault hits is not known before: what cannot happen to it does not.
        let fault = fault.filter(|fault| Fault::of(request.operation.repeat).contains(fault));
        let lost = || Some(Reply::Lost("the connection was closed".to_owned()));
        match fault {
            None => Some(Reply::Answer(self.other.answer(request, self.now))),
            Some(Fault::LostBefore) => lost(),
            Some(Fault::EndsBefore) => None,
            Some(fault) => {
                let answer = self.other.answer(request, self.now);
                match fault {
                    Fault::LostAfter | Fault::LostBefore => lost(),
                    Fault::EndsAfter | Fault::EndsBefore => None,
                    Fault::Page => {
                        // Where nothing stands in an answer, its status says it all.
                        let status = if answer.body.is_empty() { 502 } else { answer.status };
                        let body = b"<html><body>please stand by</body></html>".to_vec();
                        Some(Reply::Answer(Answer { status, body, ..Answer::default() }))
                    }
                }
            }
        }
    }

    fn rests(&mut self, time: Duration) {
        self.now = self.now.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    }
}

/// Does as the runner does: what ended in the middle is begun anew with what was written down; what surely had no effect
/// is sent again as if for the first time.
fn send(stand: &Stand, api: &'static Api, sample: &Parcel, way: &mut Way) -> Result<Receipt, String> {
    let mut begun_at = None;
    for _ in 0..MOST_LIVES {
        let now = way.now;
        let memory = Memory { begun_at, claimed: vec![CLAIMED.to_owned()] };
        let exchange = stand.marketplace.submit(Parcel { memory, ..sample.clone() });
        let mut exchange = exchange.ok_or_else(|| "it cannot be submitted".to_owned())?;
        match play(api, exchange.as_mut(), way)? {
            End::Done(receipt) => return Ok(receipt),
            End::Broken => begun_at = begun_at.or(Some(now)),
            End::Failed(why) => match why.trouble {
                // What became of it is found out later.
                Trouble::Unreadable => begun_at = begun_at.or(Some(now)),
                Trouble::Refused | Trouble::Denied | Trouble::Unavailable => {
                    if let Some(what) = way.whats().first() {
                        return Err(format!("it made `{}`, and says that nothing took effect: {why}", short(what)));
                    }
                    begun_at = None;
                }
                Trouble::Unknown => return Err(format!("it asks a person what it could have seen: {why}")),
            },
        }
    }
    Err(format!("it has no receipt after it was taken up {MOST_LIVES} times"))
}

/// Asks after a submission until there is nothing open in its report.
fn report(
    stand: &Stand,
    feed: &'static Feed,
    api: &'static Api,
    receipt: Receipt,
    way: &mut Way,
) -> Result<Vec<u8>, String> {
    let id = match receipt {
        Receipt::Answered(report) => return Ok(report),
        Receipt::Queued(id) => id,
    };
    for _ in 0..MOST_LOOKS {
        let exchange = stand.marketplace.poll(feed, &id);
        let mut exchange = exchange.ok_or_else(|| format!("`{id}` waits, and cannot be asked after"))?;
        match play(api, exchange.as_mut(), way)? {
            End::Done(Polled::Report(report, None)) => return Ok(report),
            End::Done(Polled::Report(_, Some(time)) | Polled::Pending(time)) => way.rests(time),
            End::Failed(why) => return Err(format!("asking after `{id}` fails: {why}")),
            End::Broken => return Err("the program ended".to_owned()),
        }
    }
    Err(format!("`{id}` has no report after {MOST_LOOKS} looks"))
}

/// That all rows of a report are taken.
fn all_taken(stand: &Stand, feed: &'static Feed, report: &[u8], rows: &[Row]) -> Result<(), String> {
    let mut out = Findings::default();
    let verdicts = stand.marketplace.read_report(feed, report, rows, &mut out).map_err(|why| why.to_string())?;
    if let Some(row) = rows.get(verdicts.len()) {
        return Err(format!("`{}` has no verdict", row.sku));
    }
    match verdicts.iter().find(|verdict| verdict.outcome != Outcome::Accepted) {
        Some(verdict) => {
            let said: Vec<String> = out.list().iter().map(|finding| format!("; {}", finding.message)).collect();
            Err(format!("`{}` is {}{}", verdict.sku, verdict.outcome.name(), said.concat()))
        }
        None => Ok(()),
    }
}

/// A submission at which nothing went wrong.
struct Clean {
    sample: Parcel,
    receipt: Receipt,
    way: Way,
}

fn clean(stand: &Stand, feed: &'static Feed, api: &'static Api, meet: Meet) -> Result<Clean, String> {
    let sample = parcel::of_samples(stand, feed)?;
    if sample.rows.is_empty() {
        return Err("the samples make no record to be sent".to_owned());
    }
    let mut way = Way::new(meet(&sample), &[]);
    let receipt = send(stand, api, &sample, &mut way)?;
    is_of_what_was_made(&receipt, &way.other.made())?;
    Ok(Clean { sample, receipt, way })
}

fn is_of_what_was_made(receipt: &Receipt, made: &[Made]) -> Result<(), String> {
    match receipt {
        Receipt::Queued(id) if !made.iter().any(|made| made.id == *id) => {
            Err(format!("its receipt is `{id}`, which it did not make"))
        }
        Receipt::Queued(_) | Receipt::Answered(_) => Ok(()),
    }
}

/// The report of the samples when all goes well, and the rows it is about; none where there is no other side.
pub(super) fn good_report(
    stand: &Stand,
    feed: &'static Feed,
    api: &'static Api,
    meet: Meet,
) -> Result<(Vec<u8>, Vec<Row>), String> {
    let mut clean = clean(stand, feed, api, meet)?;
    let report = report(stand, feed, api, clean.receipt, &mut clean.way)?;
    Ok((report, clean.sample.rows))
}

/// A submission that waits, and the other side that knows it.
pub(super) fn queued(
    stand: &Stand,
    feed: &'static Feed,
    api: &'static Api,
    meet: Meet,
) -> Result<(String, Option<Box<dyn OtherSide>>), String> {
    let clean = clean(stand, feed, api, meet)?;
    match clean.receipt {
        Receipt::Queued(id) => Ok((id, Some(clean.way.other))),
        Receipt::Answered(_) => Err("it is to be asked after, and is answered at once".to_owned()),
    }
}

/// All goes well: every row is taken.
pub(super) fn comes_to_verdicts(stand: &Stand, feed: &'static Feed, api: &'static Api) -> Result<(), String> {
    let Some(meet) = stand.meet else { return Ok(()) };
    let (report, rows) = good_report(stand, feed, api, meet)?;
    all_taken(stand, feed, &report, &rows)
}

/// Nothing is made by a parcel that is only tried.
pub(super) fn previews_make_nothing(stand: &Stand, feed: &'static Feed, api: &'static Api) -> Result<(), String> {
    let Some(meet) = stand.meet else { return Ok(()) };
    let sample = Parcel { is_preview: true, ..parcel::of_samples(stand, feed)? };
    let mut way = Way::new(meet(&sample), &[]);
    send(stand, api, &sample, &mut way)?;
    way.whats().first().map_or(Ok(()), |what| Err(format!("`{}` was made", short(what))))
}

/// Whatever goes wrong, the end is that of a submission at which nothing did.
pub(super) fn is_sent_once(stand: &Stand, feed: &'static Feed, api: &'static Api) -> Result<(), String> {
    let Some(meet) = stand.meet else { return Ok(()) };
    let clean = clean(stand, feed, api, meet)?;
    let expected = clean.way.whats();
    let is_there_once = |faults: &[(usize, Fault)]| {
        let mut way = Way::new(meet(&clean.sample), faults);
        let done = send(stand, api, &clean.sample, &mut way);
        let done = done.and_then(|receipt| {
            is_same(&way.whats(), &expected)?;
            is_of_what_was_made(&receipt, &way.other.made())?;
            way.faults.clear();
            let report = report(stand, feed, api, receipt, &mut way)?;
            all_taken(stand, feed, &report, &clean.sample.rows)
        });
        done.map_err(|why| format!("{}: {why}", told(faults, &way.asked)))
    };
    let requests = || clean.way.asked.iter().map(|(_, repeat)| *repeat).enumerate();
    for (at, repeat) in requests() {
        for fault in Fault::of(repeat) {
            is_there_once(&[(at, *fault)])?;
        }
    }
    for (at, repeat) in requests().filter(|(_, repeat)| *repeat == Repeat::Never) {
        for fault in Fault::of(repeat) {
            for next in Fault::of(Repeat::Never) {
                is_there_once(&[(at, *fault), (at + 1, *next)])?;
            }
        }
    }
    Ok(())
}

fn is_same(whats: &[String], expected: &[String]) -> Result<(), String> {
    let times = |list: &[String], what: &String| list.iter().filter(|own| *own == what).count();
    for what in expected.iter().chain(whats) {
        match (times(whats, what), times(expected, what)) {
            (is, wanted) if is == wanted => {}
            (0, _) => return Err(format!("`{}` is not there", short(what))),
            (is, wanted) => {
                return Err(format!("`{}` is there {is} times, and {wanted} times when all goes well", short(what)));
            }
        }
    }
    Ok(())
}

/// The beginning of what may be a whole file.
fn short(what: &str) -> String {
    let line: String = what.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).take(60).collect();
    if line.len() < what.len() { format!("{line}…") } else { line }
}

/// What went wrong, for people.
fn told(faults: &[(usize, Fault)], asked: &[(&'static str, Repeat)]) -> String {
    let one = |(at, fault): &(usize, Fault)| {
        let id = asked.get(*at).map_or("nothing", |(id, _)| id);
        format!("request {} (`{id}`) {}", at + 1, fault.says())
    };
    faults.iter().map(one).collect::<Vec<_>>().join(", and ")
}
