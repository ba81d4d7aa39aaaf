//! Laws of sending: every conversation ends whatever is answered, asks only what the API knows, and sends nothing twice
//! without a look.

use super::case::Case;
use super::once;
use super::parcel;
use super::script::SCRIPTS;
use super::script::Script;
use super::stand::Stand;
use super::talk::End;
use super::talk::Party;
use super::talk::play;
use crate::api::Api;
use crate::api::Repeat;
use crate::contract::Feed;
use crate::contract::Profile;
use crate::contract::Sending;
use crate::exchange::Answer;
use crate::exchange::Memory;
use crate::exchange::Parcel;
use crate::exchange::Reply;
use crate::exchange::Request;
use feedwright_catalog::Findings;
use std::sync::Arc;
use std::time::Duration;

/// What of an adapter is to be tried on another side is tried on one.
pub(super) fn of_profile(profile: &'static Profile, stands: &[Arc<Stand>], out: &mut Vec<Case>) {
    let is_sent = profile.feeds.iter().any(|feed| matches!(feed.sending, Sending::ByApi { .. }));
    let is_met = stands.iter().any(|stand| stand.meet.is_some());
    let name = format!("{}: what is sent by API is tried on another side", profile.id);
    out.push(match (is_sent, is_met) {
        (true, false) => Case::broken("submit", name, "none was given to the kit: begin it by `main_with`".to_owned()),
        (true, true) => Case::new("submit", name, || Ok(())),
        (false, _) => Case::skipped("submit", name, "nothing of it is sent by API"),
    });
}

/// Laws of conversations about documents.
pub(super) fn of_stand(stand: &Arc<Stand>, out: &mut Vec<Case>) {
    let Some(api) = stand.marketplace.profile().api else { return };
    let name =
        format!("{}: documents: any script of answers ends, and only what the API knows is asked", stand.about());
    if stand.marketplace.pull(&[]).is_none() {
        out.push(Case::skipped("pull", name, "it hands out no documents"));
        return;
    }
    let of = Arc::clone(stand);
    out.push(Case::new("pull", name, move || pulls_end(&of, api)));
}

/// Laws of conversations about one feed.
pub(super) fn of_feed(stand: &Arc<Stand>, feed: &'static Feed, out: &mut Vec<Case>) {
    let about = format!("{}: {}", stand.about(), feed.id);
    let Sending::ByApi { first_look, previews, .. } = feed.sending else {
        let of = Arc::clone(stand);
        out.push(Case::new("submit", format!("{about}: it is not sent by API, and says so"), move || {
            silent(&of, feed)
        }));
        return;
    };
    let Some(api) = stand.marketplace.profile().api.filter(|_| !stand.samples.is_empty()) else { return };
    let mut law =
        |group: &'static str, what: &str, law: fn(&Stand, &'static Feed, &'static Api) -> Result<(), String>| {
            let of = Arc::clone(stand);
            out.push(Case::new(group, format!("{about}: {what}"), move || law(&of, feed, api)));
        };
    law("submit", "it can be submitted, and what waits can be asked after", answers);
    law("submit", "any script of answers ends, and only what the API knows is asked", submits_end);
    if !first_look.is_zero() {
        law("submit", "begun anew it looks before it sends", looks_first);
        law("poll", "any script of answers ends, and only what the API knows is asked", polls_end);
    }
    if stand.meet.is_none() {
        return;
    }
    law("poll", "what is sent and asked after comes to a verdict for each row", once::comes_to_verdicts);
    law("submit", "what may have arrived is not sent again without a look", once::is_sent_once);
    if previews {
        law("submit", "what is only tried makes nothing", once::previews_make_nothing);
    }
}

/// Begun before, beside a submission of somebody else.
pub(super) fn begun_anew() -> Memory {
    Memory { begun_at: Some(super::other_side::BEGIN), claimed: vec![super::other_side::CLAIMED.to_owned()] }
}

fn silent(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    let marketplace = stand.marketplace.as_ref();
    if marketplace.submit(parcel::empty(feed)).is_some() || marketplace.poll(feed, "1").is_some() {
        return Err("it has conversations all the same".to_owned());
    }
    match marketplace.read_report(feed, b"{}", &[], &mut Findings::default()) {
        Ok(_) => Err("it reads reports all the same".to_owned()),
        Err(_) => Ok(()),
    }
}

fn answers(stand: &Stand, feed: &'static Feed, _api: &'static Api) -> Result<(), String> {
    if stand.marketplace.submit(parcel::of_samples(stand, feed)?).is_none() {
        return Err("it cannot be submitted".to_owned());
    }
    let Sending::ByApi { first_look, .. } = feed.sending else { return Ok(()) };
    // What is answered at once has nothing that could be asked after.
    if !first_look.is_zero() && stand.marketplace.poll(feed, "1").is_none() {
        return Err("it cannot be asked after".to_owned());
    }
    Ok(())
}

fn submits_end(stand: &Stand, feed: &'static Feed, api: &'static Api) -> Result<(), String> {
    let sample = parcel::of_samples(stand, feed)?;
    for number in 0..SCRIPTS {
        let memory = if number % 2 == 0 { Memory::default() } else { begun_anew() };
        let parcel = Parcel { memory, ..sample.clone() };
        let meet = stand.meet.filter(|_| number % 4 < 2);
        let mut script = Script::new(number, meet.map(|meet| meet(&parcel)));
        let exchange = stand.marketplace.submit(parcel);
        let mut exchange = exchange.ok_or_else(|| "there is no conversation".to_owned())?;
        play(api, exchange.as_mut(), &mut script).map_err(|why| format!("script {number}: {why}"))?;
    }
    Ok(())
}

fn polls_end(stand: &Stand, feed: &'static Feed, api: &'static Api) -> Result<(), String> {
    for number in 0..SCRIPTS {
        let (id, other) = match stand.meet.filter(|_| number % 4 < 2) {
            Some(meet) => once::queued(stand, feed, api, meet)?,
            None => ("1@A".to_owned(), None),
        };
        let mut script = Script::new(number + 200, other);
        let exchange = stand.marketplace.poll(feed, &id);
        let mut exchange = exchange.ok_or_else(|| "there is no conversation".to_owned())?;
        play(api, exchange.as_mut(), &mut script).map_err(|why| format!("script {number}: {why}"))?;
    }
    Ok(())
}

fn pulls_end(stand: &Stand, api: &'static Api) -> Result<(), String> {
    let mut categories: Vec<String> = stand.samples.iter().map(|sample| sample.category.clone()).collect();
    categories.dedup();
    for number in 0..SCRIPTS {
        let wanted: &[String] = if number % 2 == 0 { &[] } else { &categories };
        let exchange = stand.marketplace.pull(wanted);
        let mut exchange = exchange.ok_or_else(|| "there is no conversation".to_owned())?;
        let mut script = Script::new(number + 400, None);
        play(api, exchange.as_mut(), &mut script).map_err(|why| format!("script {number}: {why}"))?;
    }
    Ok(())
}

/// Somebody who is away, and remembers what was asked first.
#[derive(Default)]
struct Away(Option<(&'static str, Repeat)>);

impl Party for Away {
    fn asked(&mut self, request: &Request) -> Option<Reply> {
        self.0.get_or_insert((request.operation.id, request.operation.repeat));
        Some(Reply::Answer(Answer { status: 503, ..Answer::default() }))
    }

    fn rests(&mut self, _time: Duration) {}
}

fn looks_first(stand: &Stand, feed: &'static Feed, api: &'static Api) -> Result<(), String> {
    let parcel = Parcel { memory: begun_anew(), ..parcel::of_samples(stand, feed)? };
    let mut exchange = stand.marketplace.submit(parcel).ok_or_else(|| "there is no conversation".to_owned())?;
    let mut away = Away::default();
    let end = play(api, exchange.as_mut(), &mut away)?;
    match (away.0, end) {
        (Some((id, Repeat::Never)), _) => Err(format!("it begins with `{id}`")),
        (Some(_), End::Done(_)) => Err("it is done though nobody answered".to_owned()),
        (Some(_), End::Failed(_) | End::Broken) => Ok(()),
        (None, _) => Err("it asks nothing".to_owned()),
    }
}
