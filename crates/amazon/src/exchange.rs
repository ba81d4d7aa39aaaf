//! How Amazon is talked to: feeds are submitted and asked after, items called one by one, schemas fetched.

mod calls;
mod list;
mod poll;
mod pull;
mod question;
mod submit;

pub(crate) use calls::Called;
pub(crate) use calls::Calls;
pub(crate) use poll::Ended;
pub(crate) use poll::Poll;
pub(crate) use pull::Pull;
pub(crate) use submit::Submit;

use feedwright_marketplace::exchange::percent_encode;

/// The pairs of a query behind a path.
fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (at, (name, value)) in pairs.iter().enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(&percent_encode(name));
        out.push('=');
        out.push_str(&percent_encode(value));
    }
    out
}
