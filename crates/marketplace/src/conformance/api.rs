//! Laws of a marketplace's API as data: it is whole, and feeds are sent by it as it says.

use super::case::Case;
use crate::api::Api;
use crate::contract::Profile;
use crate::contract::Sending;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Laws of the profile's API.
pub(super) fn cases(profile: &'static Profile, out: &mut Vec<Case>) {
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
