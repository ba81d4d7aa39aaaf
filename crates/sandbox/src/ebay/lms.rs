//! Files of the Trading API: requests in, a response for each out. Names and order of elements: WSDL 1487, read 2026-11-23.

mod element;
mod judge;
mod listing;
mod result;

use super::Desk;
use super::account::Account;
use element::Element;
use jiff::Timestamp;
pub(super) use listing::Listed;
use result::Response;

/// What came of a file.
pub(super) struct Worked {
    /// So many requests succeeded …
    pub n_succeeded: usize,
    /// … and so many failed.
    pub n_failed: usize,
    /// The responses.
    pub result: Vec<u8>,
}

/// The request that files of a type hold.
pub(super) fn request_of(feed_type: &str) -> Option<&'static str> {
    Some(match feed_type {
        "LMS_ADD_FIXED_PRICE_ITEM" => "AddFixedPriceItemRequest",
        "LMS_VERIFY_ADD_FIXED_PRICE_ITEM" => "VerifyAddFixedPriceItemRequest",
        "LMS_REVISE_FIXED_PRICE_ITEM" => "ReviseFixedPriceItemRequest",
        "LMS_RELIST_FIXED_PRICE_ITEM" => "RelistFixedPriceItemRequest",
        "LMS_REVISE_INVENTORY_STATUS" => "ReviseInventoryStatusRequest",
        "LMS_END_FIXED_PRICE_ITEM" => "EndFixedPriceItemRequest",
        _ => return None,
    })
}

/// Works on a file; none where it is not one of these.
pub(super) fn work(
    account: &mut Account,
    desk: &Desk<'_>,
    feed_type: &str,
    file: &[u8],
    time: Timestamp,
) -> Option<Worked> {
    let wanted = request_of(feed_type)?;
    let text = std::str::from_utf8(file).ok()?;
    let requests = element::requests(text)?;
    let mut responses = Vec::with_capacity(requests.len());
    let mut n_new = 0;
    for request in &requests {
        let (response, is_new) = one(account, desk, wanted, request, time);
        n_new += usize::from(is_new);
        responses.push(response);
    }
    if !requests.is_empty() && n_new == 0 {
        account.n_doubled += 1;
    }
    let n_failed = responses.iter().filter(|response| response.is_failure()).count();
    Some(Worked { n_succeeded: responses.len() - n_failed, n_failed, result: result::document(&responses) })
}

/// A result with every response twice.
pub(super) fn twice(result: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(result);
    let inner = text.split_once(result::OPENING).and_then(|(_, rest)| rest.rsplit_once(result::CLOSING));
    let Some((inner, _)) = inner else { return result.to_vec() };
    text.replace(inner, &[inner, inner].concat()).into_bytes()
}

/// One request, and whether it told anything new.
fn one(account: &mut Account, desk: &Desk<'_>, wanted: &str, request: &Element, time: Timestamp) -> (Response, bool) {
    let mut response = Response::to(request, time);
    if request.name != wanted {
        response.fails(37, &format!("The request {} does not belong into this file.", request.name), None);
        return (response, true);
    }
    let is_new = match wanted {
        "AddFixedPriceItemRequest" => listing::add(account, desk, request, &mut response),
        "VerifyAddFixedPriceItemRequest" => {
            listing::verify(account, request, &mut response);
            true
        }
        "ReviseFixedPriceItemRequest" => listing::revise(account, desk, request, &mut response),
        "RelistFixedPriceItemRequest" => listing::relist(account, request, &mut response),
        "ReviseInventoryStatusRequest" => listing::revise_status(account, request, &mut response),
        _ => listing::end(account, request, &mut response),
    };
    (response, is_new)
}
