//! Laws of sending: the API makes sense, every conversation ends whatever is answered, nothing is sent twice without a
//! look, and a report says no more than it says.

use super::case::Case;
use super::output;
use super::output::Kin;
use super::stand::Stand;
use crate::api::Api;
use crate::api::Repeat;
use crate::contract::Feed;
use crate::contract::Profile;
use crate::contract::Sending;
use crate::exchange::Address;
use crate::exchange::Answer;
use crate::exchange::Exchange;
use crate::exchange::Memory;
use crate::exchange::Parcel;
use crate::exchange::ParcelFile;
use crate::exchange::Receipt;
use crate::exchange::Reply;
use crate::exchange::Row;
use crate::exchange::Step;
use crate::report::Outcome;
use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steps after which a conversation must have ended, whatever was answered.
const MOST_STEPS: usize = 4_000;

/// Scripts of answers that each conversation is tried with.
const SCRIPTS: u64 = 24;

/// Laws of the profile's API.
pub(super) fn of_profile(profile: &'static Profile, out: &mut Vec<Case>) {
    let name = |law: &str| format!("{}: {law}", profile.id);
    match profile.api {
        None => out.push(Case::skipped("api", name("its API makes sense"), "all its files are uploaded by people")),
        Some(api) => {
            out.push(Case::new(
                "api",
                name("every operation has a host, a token and a limit with its source"),
                move || api_is_whole(api),
            ));
        }
    }
    out.push(Case::new(
        "api",
        name("feeds are sent by API if there is one, and tell along what others carry"),
        move || feeds(profile),
    ));
}

/// Laws of conversations about one feed.
pub(super) fn of_feed(stand: &Arc<Stand>, feed: &'static Feed, out: &mut Vec<Case>) {
    let about = format!("{}: {}", stand.about(), feed.id);
    let Sending::ByApi { first_look, .. } = feed.sending else {
        let of = Arc::clone(stand);
        out.push(Case::new("submit", format!("{about}: it is not sent by API, and says so"), move || {
            let is_silent = of.marketplace.submit(parcel(feed)).is_none() && of.marketplace.poll(feed, "1").is_none();
            if is_silent { Ok(()) } else { Err("it has conversations all the same".to_owned()) }
        }));
        return;
    };
    if stand.samples.is_empty() {
        return;
    }
    let mut law = |group: &'static str, what: &str, law: fn(&Stand, &'static Feed) -> Result<(), String>| {
        let of = Arc::clone(stand);
        out.push(Case::new(group, format!("{about}: {what}"), move || law(&of, feed)));
    };
    law("submit", "any script of answers ends, and no token goes to a given URL", submits_end);
    law("submit", "what may have arrived is not sent again without a look", looks_before_it_repeats);
    law("report", "a report that says nothing accepts nothing", nothing_is_accepted);
    if first_look.is_zero() {
        return;
    }
    law("submit", "begun anew it looks before it sends", looks_first);
    law("poll", "any script of answers ends", polls_end);
}

fn api_is_whole(api: &'static Api) -> Result<(), String> {
    let is_day = |day: &str| day.parse::<Date>().is_ok();
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for operation in api.operations {
        let id = operation.id;
        // What one operation takes may be limited apart by kind.
        let path = operation.path.split('?').next().unwrap_or_default();
        if ids.insert(id, path).is_some_and(|other| other != path) {
            return Err(format!("operation `{id}` is two"));
        }
        if operation.token.is_some_and(|token| api.token(token).is_none()) {
            return Err(format!("operation `{id}` needs a token that is not there"));
        }
        if operation.rate.requests == 0 || operation.rate.burst == 0 || operation.rate.per.is_zero() {
            return Err(format!("operation `{id}` may never be asked"));
        }
        if operation.rate.source.is_empty() || !is_day(operation.rate.checked_on) {
            return Err(format!("the limit of operation `{id}` has no source or day"));
        }
        if operation.max_answer == 0 {
            return Err(format!("operation `{id}` may have no answer"));
        }
    }
    for token in api.tokens {
        if api.host(token.host).is_none() {
            return Err(format!("token `{}` is given by a host that is not there", token.id));
        }
        if token.source.is_empty() || !is_day(token.checked_on) || token.renewed_before >= token.lifetime {
            return Err(format!("token `{}` has no source or day, or never holds", token.id));
        }
    }
    for host in api.hosts {
        if !host.url.starts_with("https://") || host.url.ends_with('/') {
            return Err(format!("host `{}` is no address without a path", host.id));
        }
    }
    Ok(())
}

fn feeds(profile: &'static Profile) -> Result<(), String> {
    for feed in profile.feeds {
        match feed.sending {
            Sending::ByApi { quota, .. } => {
                if profile.api.is_none() {
                    return Err(format!("`{}` is sent by API, and there is none", feed.id));
                }
                if quota
                    .is_some_and(|q| q.submissions == 0 || q.source.is_empty() || q.checked_on.parse::<Date>().is_err())
                {
                    return Err(format!("the quota of `{}` has no source or day", feed.id));
                }
            }
            Sending::ByHand if !feed.tells.is_empty() => {
                return Err(format!("`{}` tells along though nothing is sent", feed.id));
            }
            Sending::ByHand => {}
        }
        for lane in feed.tells {
            if feed.lanes.contains(lane) || profile.feed_for(*lane).is_none() {
                return Err(format!("`{}` tells {} along, which no other feed carries", feed.id, lane.name()));
            }
        }
        let revised_by = feed.revised_by.map(|id| profile.feed(id));
        if revised_by.is_some_and(|revising| revising.is_none_or(|revising| revising.lanes != feed.lanes)) {
            return Err(format!("`{}` is revised by a feed of other lanes", feed.id));
        }
    }
    Ok(())
}

/// A parcel of nothing.
fn parcel(feed: &'static Feed) -> Parcel {
    Parcel { feed, files: Vec::new(), rows: Vec::new(), memory: Memory::default(), is_preview: false }
}

/// A parcel of the complete items that show everything.
fn sample_parcel(stand: &Stand, feed: &'static Feed) -> Result<Parcel, String> {
    let mut made = parcel(feed);
    let Some((_, kin)) = output::few(stand, feed)?.into_iter().next() else { return Ok(made) };
    for (at, part) in feed.parts.iter().enumerate() {
        if let Some(file) = output::pack(stand, feed, at, part, &kin)?.into_iter().next() {
            made.files.push(ParcelFile { part, bytes: Arc::from(file.bytes) });
        }
    }
    made.rows = rows(stand, &kin);
    Ok(made)
}

/// Each record by its place in the first file that holds it.
fn rows(stand: &Stand, kin: &[Kin]) -> Vec<Row> {
    let mut next: BTreeMap<usize, u64> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::new();
    for (nth, record) in kin.iter().flat_map(|kin| &kin.records).enumerate() {
        let Some(part) = record.bytes.iter().position(|bytes| !bytes.is_empty()) else { continue };
        let ordinal = next.entry(part).or_default();
        *ordinal += 1;
        let sku = sku_of(stand, &record.checkup).or_else(|| Sku::parse(&format!("SKU-{nth}")).ok());
        if let Some(sku) = sku.filter(|sku| rows.iter().all(|row| row.sku != *sku)) {
            rows.push(Row { ordinal: *ordinal, sku, ids: BTreeMap::new() });
        }
    }
    rows
}

/// The SKU of the sample that a record holds.
fn sku_of(stand: &Stand, checkup: &super::subject::Checkup) -> Option<Sku> {
    let mut json = Vec::new();
    checkup.listing.root().write_json(&mut json);
    let text = String::from_utf8_lossy(&json).into_owned();
    let products = stand.samples.iter().map(|sample| &sample.product);
    let own = products.clone().flat_map(|product| &product.variants).map(|variant| variant.sku.clone());
    let families = products.filter_map(|product| Sku::parse(&product.key).ok());
    own.chain(families).find(|sku| text.contains(&format!("\"{sku}\"")))
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn up_to(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % below.max(1)
    }
}

const STATUSES: [u16; 14] = [200, 200, 200, 201, 202, 204, 207, 400, 401, 404, 409, 429, 500, 503];

const BODIES: [&str; 14] = [
    "",
    "{}",
    "[]",
    "null",
    "\u{0}",
    "<html><body>Service Unavailable</body></html>",
    "{\"feedId\":\"1\",\"feedDocumentId\":\"d\",\"url\":\"https://storage.example.com/x?signature=y\"}",
    "{\"feedStatus\":\"PROCESSED\",\"itemsReceived\":1,\"results\":{\"feed\":[]},\"itemDetails\":null}",
    "{\"processingStatus\":\"DONE\",\"resultFeedDocumentId\":\"d\",\"feeds\":[]}",
    "{\"responses\":[{\"statusCode\":200,\"sku\":\"A\",\"offerId\":\"1\"}],\"offers\":[{\"offerId\":\"1\"}]}",
    "{\"status\":\"COMPLETED\",\"taskId\":\"1\",\"tasks\":[],\"total\":0}",
    "{\"errors\":[{\"code\":\"X\",\"errorId\":25002,\"message\":\"no\"}]}",
    "{\"feedId\":",
    "<?xml version=\"1.0\"?><a><b>",
];

fn answer(dice: &mut Dice) -> Answer {
    let headers = match dice.up_to(3) {
        0 => Vec::new(),
        1 => vec![("date".to_owned(), "Thu, 26 Nov 2026 12:00:00 GMT".to_owned())],
        _ => vec![("location".to_owned(), "https://api.example.com/sell/feed/v1/task/task-1".to_owned())],
    };
    let body = BODIES[dice.up_to(BODIES.len())].as_bytes().to_vec();
    Answer { status: STATUSES[dice.up_to(STATUSES.len())], headers, body }
}

/// Plays a script to its end, and tells each request to whoever wants to know.
fn play<T>(
    exchange: &mut dyn Exchange<T>,
    mut reply: impl FnMut(&crate::exchange::Request) -> Reply,
) -> Result<(), String> {
    let mut last = None;
    for _ in 0..MOST_STEPS {
        match exchange.next(last.take()) {
            Ok(Step::Done(_)) | Err(_) => return Ok(()),
            Ok(Step::Wait(_)) => {}
            Ok(Step::Send(request)) => {
                if matches!(request.to, Address::Given(_)) && request.operation.token.is_some() {
                    return Err(format!("`{}` would send a token to a given URL", request.operation.id));
                }
                last = Some(reply(&request));
            }
        }
    }
    Err(format!("it has not ended after {MOST_STEPS} steps"))
}

fn submits(stand: &Stand, feed: &'static Feed, memory: Memory) -> Result<Box<dyn Exchange<Receipt>>, String> {
    let parcel = Parcel { memory, ..sample_parcel(stand, feed)? };
    stand.marketplace.submit(parcel).ok_or_else(|| "there is no conversation".to_owned())
}

fn begun() -> Memory {
    Memory { begun_at: Some(1_795_000_000), claimed: vec!["earlier".to_owned()] }
}

fn submits_end(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    for seed in 0..SCRIPTS {
        let memory = if seed % 2 == 0 { Memory::default() } else { begun() };
        let mut dice = Dice::of(seed + 1);
        let mut exchange = submits(stand, feed, memory)?;
        play(exchange.as_mut(), |request| {
            let is_lost = request.operation.repeat == Repeat::Never && dice.up_to(3) == 0;
            if is_lost { Reply::Lost("no answer".to_owned()) } else { Reply::Answer(answer(&mut dice)) }
        })
        .map_err(|why| format!("script {seed}: {why}"))?;
    }
    Ok(())
}

fn looks_before_it_repeats(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    for seed in 0..SCRIPTS {
        let mut dice = Dice::of(seed + 101);
        let mut exchange = submits(stand, feed, Memory::default())?;
        let mut in_doubt: Option<crate::exchange::Request> = None;
        let mut repeated = None;
        play(exchange.as_mut(), |request| {
            if in_doubt.as_ref() == Some(request) {
                repeated = Some(request.operation.id);
            }
            in_doubt = None;
            if request.operation.repeat == Repeat::Never {
                in_doubt = Some(request.clone());
                return Reply::Lost("no answer".to_owned());
            }
            Reply::Answer(answer(&mut dice))
        })
        .map_err(|why| format!("script {seed}: {why}"))?;
        if let Some(operation) = repeated {
            return Err(format!("script {seed}: `{operation}` was lost and is sent again at once"));
        }
    }
    Ok(())
}

fn looks_first(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    let mut exchange = submits(stand, feed, begun())?;
    let mut first = None;
    play(exchange.as_mut(), |request| {
        first.get_or_insert((request.operation.id, request.operation.repeat));
        Reply::Answer(Answer { status: 503, ..Answer::default() })
    })?;
    match first {
        Some((id, Repeat::Never)) => Err(format!("it begins with `{id}`")),
        Some(_) => Ok(()),
        None => Err("it asks nothing".to_owned()),
    }
}

fn polls_end(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    for seed in 0..SCRIPTS {
        let mut dice = Dice::of(seed + 201);
        let mut exchange = stand.marketplace.poll(feed, "1@A").ok_or_else(|| "there is no conversation".to_owned())?;
        play(exchange.as_mut(), |_| Reply::Answer(answer(&mut dice))).map_err(|why| format!("script {seed}: {why}"))?;
    }
    Ok(())
}

fn nothing_is_accepted(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    let rows = sample_parcel(stand, feed)?.rows;
    for body in BODIES {
        let mut out = Findings::default();
        let Ok(verdicts) = stand.marketplace.read_report(feed, body.as_bytes(), &rows, &mut out) else { continue };
        if let Some(verdict) = verdicts.iter().find(|verdict| verdict.outcome == Outcome::Accepted) {
            return Err(format!("`{}` is accepted by {body:?}", verdict.sku));
        }
        let is_ours = |sku: &Sku| rows.iter().any(|row| row.sku == *sku);
        if let Some(stranger) = verdicts.iter().find(|verdict| !is_ours(&verdict.sku)) {
            return Err(format!("`{}` has a verdict and was not sent", stranger.sku));
        }
    }
    Ok(())
}
